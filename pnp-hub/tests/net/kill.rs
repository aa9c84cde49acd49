//! What the hub has acknowledged outlives it, however it ends.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use pnp_hub::net::{ServerOptions, serve};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::bench::{request, token};

/// How often the hub is killed.
const ROUNDS: u64 = 20;
/// Set for the process that is the hub: its data folder.
const DATA: &str = "PNP_HUB_TEST_DATA";

/// Not a test of its own: the process that [`acknowledged_writes_outlive_a_kill`] starts and kills.
#[tokio::test]
async fn the_hub_that_is_killed() {
    let Ok(folder) = std::env::var(DATA) else {
        return;
    };
    let mut options = ServerOptions::on_free_ports();
    options.data = Some(folder.into());
    let mut hub = serve(options).await.unwrap();
    // The test runner captures what is printed, not what is written.
    writeln!(std::io::stderr(), "READY {}", hub.ready()).unwrap();
    hub.run().await;
}

#[tokio::test]
async fn acknowledged_writes_outlive_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    // What was acknowledged: the last number written to each device.
    let mut acknowledged: Vec<u64> = Vec::new();
    let mut writes = 0;
    for round in 0..ROUNDS {
        let mut hub = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::the_hub_that_is_killed", "--nocapture"])
            .env(DATA, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(hub.stderr.take().unwrap()).lines();
        let ready = lines.find_map(|line| {
            let line = line.unwrap();
            Some(line.strip_prefix("READY ")?.to_owned())
        });
        let ready: Value = serde_json::from_str(&ready.expect("a hub")).unwrap();
        let address = ready["https"][0].as_str().unwrap().parse().unwrap();
        let ca = std::fs::read_to_string(ready["caFile"].as_str().unwrap()).unwrap();
        let connection = ready["serviceConnectionString"].as_str().unwrap();
        let key = connection.split("SharedAccessKey=").nth(1).unwrap();
        let owner = token("localhost", key, 600, Some("iothubowner"));

        for (device, last) in acknowledged.iter().enumerate() {
            let path = format!("/twins/d{device}");
            let (status, _, twin) = request(address, &ca, &owner, "GET", &path, "", "").await;
            assert_eq!(status, 200, "d{device} is lost after {writes} writes");
            let kept = twin["properties"]["desired"]["n"].as_u64().unwrap_or(0);
            assert!(kept >= *last, "d{device}: {kept} kept, {last} acknowledged");
            let path = format!("/devices/d{device}");
            let (_, _, device) = request(address, &ca, &owner, "GET", &path, "", "").await;
            // One was acknowledged; another may have been stored just before the kill.
            assert!(device["cloudToDeviceMessageCount"].as_u64().unwrap() >= 1);
        }

        let under_way = Notify::new();
        let load = async {
            let device = acknowledged.len();
            let path = format!("/devices/d{device}");
            let (status, _, _) = request(address, &ca, &owner, "PUT", &path, "", "{}").await;
            // The last round may have ended between the write and its acknowledgement.
            assert!([200, 409].contains(&status), "{status}");
            let path = format!("/_hub/devices/d{device}/messages");
            let (status, _, _) = request(address, &ca, &owner, "POST", &path, "", "{}").await;
            assert_eq!(status, 202);
            acknowledged.push(0);
            for n in 1_u64.. {
                let body = json!({ "properties": { "desired": { "n": n } } }).to_string();
                let path = format!("/twins/d{device}");
                let (status, _, _) = request(address, &ca, &owner, "PATCH", &path, "", &body).await;
                assert_eq!(status, 200);
                acknowledged[device] = n;
                writes += 1;
                under_way.notify_one();
            }
        };
        // A moment that differs from round to round, in the middle of a write.
        let moment = async {
            under_way.notified().await;
            tokio::time::sleep(Duration::from_millis(37 * (round % 7))).await;
        };
        tokio::select! {
            () = load => {}
            () = moment => {}
        }
        hub.kill().unwrap();
        hub.wait().unwrap();
    }
    assert!(writes >= ROUNDS, "only {writes} writes");
}
