/* A disk to look at and to break, put under SQLite with LD_PRELOAD.
 *
 * Every change to a file of one folder goes through here: creating, writing, cutting, syncing, unlinking. It can be logged
 * in the order in which it happened, between lines of the process's own, and it can be made to fail at a chosen moment.
 * SQLite's shared index and the lock are left alone: neither outlives a crash.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, CUT = 4, CREATE = 8, UNLINK = 16, MARK = 32, UNSYNCED = 64 };
enum { MOST_FDS = 4096, KILL = -1 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static size_t folder_length;
static int log_fd = -1;
static char *names[MOST_FDS]; /* of the files of the folder that are open; "" is the folder itself */

/* What fails: the changes of these kinds, from the one numbered `first` to the one before `end`. */
static int failing;
static long first, end, seen;
static int failure;

struct record {
    uint32_t kind, name_length;
    uint64_t offset, size;
};

static void record(int kind, const char *name, uint64_t offset, const void *data, uint64_t size, uint64_t carried) {
    if (log_fd < 0) return;
    struct record head = {kind, strlen(name), offset, size};
    size_t length = sizeof head + head.name_length + carried;
    char *whole = malloc(length);
    if (!whole) abort();
    memcpy(whole, &head, sizeof head);
    memcpy(whole + sizeof head, name, head.name_length);
    if (carried) memcpy(whole + sizeof head + head.name_length, data, carried);
    for (size_t done = 0; done < length;) {
        long wrote = syscall(SYS_write, log_fd, whole + done, length - done);
        if (wrote <= 0) abort();
        done += wrote;
    }
    free(whole);
}

/* Watch a folder, given by its real path, and log to `fd`, or not at all if that is negative. */
void disk_watch(const char *path, int fd) {
    pthread_mutex_lock(&gate);
    strncpy(folder, path, sizeof folder - 1);
    folder_length = strlen(folder);
    log_fd = fd;
    pthread_mutex_unlock(&gate);
}

/* Log a line of the process's own. */
void disk_mark(const char *text, uint64_t size) {
    pthread_mutex_lock(&gate);
    record(MARK, "", 0, text, size, size);
    pthread_mutex_unlock(&gate);
}

/* Let `count` changes of some kinds fail with `error`, from the `nth` on; an error of -1 kills the process instead. */
void disk_fail(int kinds, long nth, long count, int error) {
    pthread_mutex_lock(&gate);
    failing = kinds, first = nth, end = nth + count, failure = error, seen = 0;
    pthread_mutex_unlock(&gate);
}

/* How many changes of the kinds that fail were tried since. */
long disk_tried(void) {
    pthread_mutex_lock(&gate);
    long count = seen;
    pthread_mutex_unlock(&gate);
    return count;
}

static int fails(int kind) {
    if (!(failing & kind)) return 0;
    seen++;
    return first <= seen && seen < end;
}

static const char *name_of(const char *path) {
    if (!folder_length || strncmp(path, folder, folder_length)) return NULL;
    const char *rest = path + folder_length;
    if (!*rest) return "";
    if (*rest != '/' || strchr(rest + 1, '/')) return NULL;
    size_t length = strlen(++rest);
    if (length > 4 && (!strcmp(rest + length - 4, "-shm") || !strcmp(rest + length - 5, ".lock"))) return NULL;
    return rest;
}

static const char *name_at(int fd) { return fd >= 0 && fd < MOST_FDS ? names[fd] : NULL; }

static int fail(void) {
    if (failure == KILL) raise(SIGKILL);
    errno = failure;
    return -1;
}

static int opened(const char *path, int flags, mode_t mode) {
    const char *name = name_of(path);
    if (!name) return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    pthread_mutex_lock(&gate);
    struct stat there;
    int creates = (flags & O_CREAT) && stat(path, &there) != 0, fd = -1;
    if (creates && fails(CREATE)) {
        fd = fail();
    } else {
        fd = syscall(SYS_openat, AT_FDCWD, path, flags, mode);
        if (fd >= MOST_FDS) abort();
        if (fd >= 0) {
            free(names[fd]);
            names[fd] = strdup(name);
            if (creates) record(CREATE, name, 0, NULL, 0, 0);
            else if (flags & O_TRUNC) record(CUT, name, 0, NULL, 0, 0);
        }
    }
    pthread_mutex_unlock(&gate);
    return fd;
}

#define OPENS(NAME)                                                  \
    int NAME(const char *path, int flags, ...) {                     \
        va_list rest;                                                \
        va_start(rest, flags);                                       \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                \
        return opened(path, flags, mode);                            \
    }
OPENS(open)
OPENS(open64)

int close(int fd) {
    pthread_mutex_lock(&gate);
    if (name_at(fd)) free(names[fd]), names[fd] = NULL;
    pthread_mutex_unlock(&gate);
    return syscall(SYS_close, fd);
}

static ssize_t written(int fd, const void *data, size_t size, off64_t offset) {
    pthread_mutex_lock(&gate);
    ssize_t wrote;
    if (fails(WRITE)) {
        /* The half of it that there was room or time for. */
        wrote = syscall(SYS_pwrite64, fd, data, size / 2, offset);
        if (wrote > 0) record(WRITE, names[fd], offset, data, wrote, wrote);
        wrote = fail();
    } else {
        wrote = syscall(SYS_pwrite64, fd, data, size, offset);
        if (wrote > 0) record(WRITE, names[fd], offset, data, wrote, wrote);
    }
    pthread_mutex_unlock(&gate);
    return wrote;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    return name_at(fd) ? written(fd, data, size, offset) : syscall(SYS_pwrite64, fd, data, size, offset);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return pwrite64(fd, data, size, offset); }

ssize_t write(int fd, const void *data, size_t size) {
    if (!name_at(fd)) return syscall(SYS_write, fd, data, size);
    off64_t here = lseek64(fd, 0, SEEK_CUR);
    ssize_t wrote = written(fd, data, size, here);
    if (wrote > 0) lseek64(fd, here + wrote, SEEK_SET);
    return wrote;
}

int ftruncate64(int fd, off64_t size) {
    if (!name_at(fd)) return syscall(SYS_ftruncate, fd, size);
    pthread_mutex_lock(&gate);
    int result;
    if (fails(CUT)) {
        result = fail();
    } else {
        result = syscall(SYS_ftruncate, fd, size);
        if (!result) record(CUT, names[fd], 0, NULL, size, 0);
    }
    pthread_mutex_unlock(&gate);
    return result;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int synced(int fd, long call) {
    if (!name_at(fd)) return syscall(call, fd);
    pthread_mutex_lock(&gate);
    int result;
    /* SQLite looks at the result for files alone: many systems cannot sync a folder. */
    if (*names[fd] && fails(SYNC)) {
        record(UNSYNCED, names[fd], 0, NULL, 0, 0);
        result = fail();
    } else {
        result = syscall(call, fd);
        if (!result) record(SYNC, names[fd], 0, NULL, 0, 0);
    }
    pthread_mutex_unlock(&gate);
    return result;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

int unlink(const char *path) {
    const char *name = name_of(path);
    if (!name) return syscall(SYS_unlink, path);
    pthread_mutex_lock(&gate);
    int result;
    if (fails(UNLINK)) {
        result = fail();
    } else {
        result = syscall(SYS_unlink, path);
        if (!result) record(UNLINK, name, 0, NULL, 0, 0);
    }
    pthread_mutex_unlock(&gate);
    return result;
}
