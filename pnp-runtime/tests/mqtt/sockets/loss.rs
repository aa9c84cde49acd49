//! Nothing is lost, whatever breaks.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use pnp_runtime::Component;
use pnp_runtime::mqtt::connect;
use tokio::time::timeout;

use super::server::Server;
use crate::thermostat::{Heater, Reading, Thermostat};

/// Splits a seed into numbers; the tests print theirs.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

async fn publish_over_cuts(messages: u32, cuts: usize, session_present: bool) {
    let server = Server::start().await;
    server.hub.lock().unwrap().session_present = session_present;
    let mut random = Random(u64::from(messages) + u64::from(session_present));
    let bytes = usize::try_from(messages).unwrap() * 120;
    // Some connections break within the first packets, the others anywhere in their share.
    server.faults.lock().unwrap().budgets = (0..cuts)
        .map(|cut| match cut % 5 {
            0 => 1 + random.below(600),
            _ => 1 + random.below(bytes / cuts),
        })
        .collect();
    let (connection, runner) = connect::<Thermostat>(server.config()).unwrap();
    let task = tokio::spawn(runner.run_owned(Heater::default(), |heater| heater));
    let began = Instant::now();
    let mut deliveries = Vec::new();
    for number in 0..messages {
        let reading = Reading {
            temperature: Some(f64::from(number)),
        };
        match connection.send(Component::root(), &reading).await {
            Ok(delivery) => deliveries.push(delivery),
            Err(error) => panic!("{error}: {:?}", connection.status().borrow()),
        }
    }
    for delivery in deliveries {
        timeout(Duration::from_secs(60), delivery)
            .await
            .expect("every message is acknowledged")
            .unwrap();
    }
    let took = began.elapsed();
    connection.shutdown(Duration::from_secs(5)).await;
    assert_eq!(task.await.unwrap(), Ok(()));

    let hub = server.hub.lock().unwrap();
    let mut came: BTreeMap<&[u8], usize> = BTreeMap::new();
    for payload in &hub.telemetry {
        *came.entry(payload).or_default() += 1;
    }
    let lost = (0..messages)
        .filter(|number| {
            let body = format!(r#"{{"temperature":{number}.0}}"#);
            !came.contains_key(body.as_bytes())
        })
        .count();
    let faults = server.faults.lock().unwrap();
    println!(
        "session_present {session_present}: {messages} published, {cuts} cuts, {lost} lost, \
         {} came twice, {} connections, {took:?}",
        hub.telemetry.len() - came.len(),
        faults.opened,
    );
    assert_eq!(lost, 0);
    assert!(faults.budgets.is_empty(), "every cut happened");
}

#[tokio::test]
async fn no_publish_is_lost_over_random_cuts_where_the_hub_keeps_the_session() {
    publish_over_cuts(20_000, 20, true).await;
}

#[tokio::test]
async fn no_publish_is_lost_over_random_cuts_where_the_hub_forgets_the_session() {
    publish_over_cuts(20_000, 20, false).await;
}
