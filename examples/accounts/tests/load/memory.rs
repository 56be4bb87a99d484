//! The memory of the program while it records its sends.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use signals_core::recent::Sent;

use crate::program::Service;

const CLIENTS: usize = 8;

/// The program with `--signals` is asked for pages, first to warm up, and then to look at its memory:
/// it grows by less than half of what the sends would take if they were all kept.
pub(crate) fn is_bounded(time: Duration) {
    let service = Service::start_with(&["--signals"]);
    ask(&service, time);
    let (sends_before, before) = (sends(&service), resident(&service));
    let requests = ask(&service, time);
    let (sends, after) = (sends(&service) - sends_before, resident(&service));
    println!(
        "{requests} requests with --signals, {sends} sends: {before} KiB before, {after} KiB after"
    );

    assert!(sends > requests);
    let kept = sends * size_of::<Sent>() as u64 / 1024;
    assert!(after < before + kept / 2, "{before} KiB, then {after} KiB");
}

/// How many sends there were so far. The last 200 are there to be seen.
fn sends(service: &Service) -> u64 {
    let recent = service.browser().get("/signals/recent.json").body;
    let recent: Vec<Value> = serde_json::from_str(&recent).unwrap();
    assert_eq!(recent.len(), 200);

    recent[199]["number"].as_u64().unwrap()
}

/// How many requests were answered.
fn ask(service: &Service, time: Duration) -> u64 {
    let end = Instant::now() + time;
    let client = || {
        let browser = service.browser();
        let mut requests = 0;
        while Instant::now() < end {
            assert_eq!(browser.get("/login").status, 200);
            requests += 1;
        }
        requests
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .sum()
    })
}

/// In KiB.
fn resident(service: &Service) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", service.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let (size, _) = line.unwrap().trim().split_once(' ').unwrap();
    size.parse().unwrap()
}
