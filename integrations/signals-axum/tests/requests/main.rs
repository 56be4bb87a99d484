//! What is sent around each request, with a real server on loopback and a real client.

mod caches;
mod clients;
mod completion;
mod failures;
mod normal;
mod receivers;
mod scope;
mod secrets;
mod service;
mod support;
