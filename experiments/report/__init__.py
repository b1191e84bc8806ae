"""The field report: the results of `wood experiment --out`, as the tables and plots of one document."""
