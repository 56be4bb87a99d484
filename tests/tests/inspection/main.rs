//! Seeing what is there: the catalogue, the command line, and what is wrong.

mod support;

mod catalog;
mod check;
mod cli;
mod explain;
mod graph;
mod json;
mod live;
mod programs;
mod reasons;
mod widths;
