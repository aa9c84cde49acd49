//! The link and the session over bytes in memory, with a virtual clock.

use std::time::Duration;

use pnp_mqtt::packet::RefusalCode;
use pnp_runtime::mqtt::{Failure, Identity, Link, LinkConfig, LinkError, LinkEvent, Password};
use pnp_runtime::{Component, Device, Event, Instant, Notice};

use crate::hub::{Connection, Shared, hub};
use crate::thermostat::{Heater, Reading, Thermostat};

const PASSWORD: Password = Password {
    text: None,
    lifetime: None,
};

struct Bench {
    hub: Shared,
    connection: Option<Connection>,
    link: Link<u64>,
    device: Device<Thermostat>,
    heater: Heater,
    now: Instant,
    /// Tokens of acknowledged telemetry.
    done: Vec<u64>,
    /// Bytes that went up on this connection.
    sent: usize,
}

impl Bench {
    fn new(window: u16) -> Self {
        Self {
            hub: hub(),
            connection: None,
            link: Link::new(LinkConfig {
                identity: Identity::device("h", "d"),
                model_id: Some("dtmi:com:example:Thermostat;1".into()),
                window,
                keep_alive: 60,
                response_timeout_ms: 10_000,
                cloud_messages: true,
            }),
            device: Device::new(),
            heater: Heater::default(),
            now: Instant::from_millis(0),
            done: Vec::new(),
            sent: 0,
        }
    }

    fn connect(&mut self) {
        self.device
            .handle(Event::Disconnected, self.now, &mut self.heater);
        self.connection = Some(Connection::new(&self.hub, self.now.as_millis()));
        self.sent = 0;
        self.link.connect(&PASSWORD, self.now).unwrap();
    }

    /// Carries bytes until nothing moves, or `limit` bytes went up, where the link breaks.
    fn run(&mut self, limit: usize) -> Result<(), LinkError> {
        loop {
            self.now = self.now + Duration::from_millis(1);
            self.device.tick(self.now);
            let connection = self.connection.as_mut().unwrap();
            let mut moved = false;
            let room = limit - self.sent;
            let up = self.link.output();
            let up = up[..up.len().min(room)].to_vec();
            self.sent += up.len();
            self.link.written(up.len(), self.now);
            connection.receive(&up, self.now.as_millis()).unwrap();
            connection.push();
            if self.sent == limit {
                // What the hub says to the last bytes is lost with the link.
                return Ok(());
            }
            let down = connection.output().to_vec();
            connection.written(down.len());
            moved |= !up.is_empty() || !down.is_empty();
            let mut input = down.as_slice();
            loop {
                match self.link.receive(&mut input, self.now)? {
                    Some(LinkEvent::Event(event)) => {
                        self.device.handle(event, self.now, &mut self.heater);
                    }
                    Some(LinkEvent::Acknowledged(token)) => self.done.push(token),
                    Some(LinkEvent::Message(message, receipt)) => {
                        assert_eq!(message.body, b"hello");
                        self.link.acknowledge(receipt.unwrap());
                    }
                    Some(_) => {}
                    None => break,
                }
                while let Some(action) = self.device.poll_action() {
                    self.link.act(action)?;
                }
            }
            while let Some(action) = self.device.poll_action() {
                self.link.act(action)?;
                moved = true;
            }
            if !moved {
                return Ok(());
            }
        }
    }
}

fn reading(number: u32) -> Reading {
    Reading {
        temperature: Some(f64::from(number)),
    }
}

#[test]
fn the_twin_is_read_after_the_subscription_is_granted_and_desired_values_are_acknowledged() {
    let mut bench = Bench::new(10);
    bench.hub.lock().unwrap().desired = r#"{"targetTemperature":21.5,"$version":4}"#.into();
    bench.connect();
    bench.run(usize::MAX).unwrap();
    let hub = bench.hub.lock().unwrap();
    assert_eq!(
        hub.log,
        [
            "SUBSCRIBE",
            "SUBSCRIBE",
            "$iothub/twin/GET/?$rid=1",
            "$iothub/twin/PATCH/properties/reported/?$rid=2"
        ]
    );
    assert_eq!(
        hub.reported,
        [r#"{"targetTemperature":{"value":21.5,"ac":200,"av":4}}"#]
    );
    let (client_id, user_name, _) = &hub.connects[0];
    assert_eq!(client_id, "d");
    assert_eq!(
        user_name,
        "h/d/?api-version=2020-09-30&model-id=dtmi%3Acom%3Aexample%3AThermostat%3B1"
    );
}

#[test]
fn methods_changes_and_messages_come_in_and_replies_go_out() {
    let mut bench = Bench::new(10);
    bench.connect();
    bench.run(usize::MAX).unwrap();
    bench.hub.lock().unwrap().push.extend([
        ("$iothub/methods/POST/reboot/?$rid=a1".into(), b"3".to_vec()),
        (
            "$iothub/twin/PATCH/properties/desired/?$version=2".into(),
            br#"{"targetTemperature":30,"$version":2}"#.to_vec(),
        ),
        (
            "devices/d/messages/devicebound/a=b".into(),
            b"hello".to_vec(),
        ),
        ("devices/other/messages/devicebound/".into(), b"!".to_vec()),
    ]);
    bench.run(usize::MAX).unwrap();
    assert!((bench.heater.target - 30.0).abs() < f64::EPSILON);
    let hub = bench.hub.lock().unwrap();
    assert_eq!(hub.replies, [(200, "a1".into(), String::new())]);
    assert!(hub.reported[1].contains(r#""av":2"#), "{:?}", hub.reported);
}

#[test]
fn no_telemetry_is_lost_over_links_cut_at_every_stage_whoever_keeps_it() {
    for session_present in [false, true] {
        let mut bench = Bench::new(7);
        bench.hub.lock().unwrap().session_present = session_present;
        let mut cuts = 0;
        let mut sent = 0;
        for round in 0_usize.. {
            if sent == 200 && bench.done.len() == 100 && bench.link.unacknowledged() == 0 {
                break;
            }
            bench.connect();
            // One half through the session, the other through the link itself.
            while sent < 200 && sent < round as u32 * 10 {
                if sent % 2 == 0 {
                    let reading = reading(sent);
                    bench.device.telemetry(Component::root(), &reading).unwrap();
                } else if bench.link.room() > 0 {
                    let body = format!(r#"{{"temperature":{sent}.0}}"#);
                    let token = u64::from(sent);
                    bench.link.publish(None, body.into_bytes(), token).unwrap();
                } else {
                    break;
                }
                sent += 1;
            }
            // The cut moves through CONNECT, the subscription, the replay and what is new.
            let limit = 1 + round * 37 % 1500;
            bench.run(limit).unwrap();
            cuts += 1;
            assert!(cuts < 2000, "{sent} sent, {} done", bench.done.len());
        }
        bench.connect();
        bench.run(usize::MAX).unwrap();
        let hub = bench.hub.lock().unwrap();
        for number in 0..200 {
            let body = format!(r#"{{"temperature":{number}.0}}"#);
            let came = hub
                .telemetry
                .iter()
                .filter(|came| **came == body.as_bytes());
            assert!(came.count() > 0, "{number} is lost");
        }
        assert!(hub.repeated > 0, "some were marked as repeated");
        let accepted = std::iter::from_fn(|| bench.device.poll_notice())
            .filter(|notice| matches!(notice, Notice::TelemetryAccepted { .. }));
        assert_eq!(accepted.count(), 100, "the session knows of each once");
        let mut done = bench.done.clone();
        done.dedup();
        assert_eq!(done.len(), 100, "each completes once");
        println!(
            "session_present {session_present}: {cuts} links, {} repetitions",
            hub.telemetry.len() - 200
        );
    }
}

#[test]
fn a_refused_connection_or_subscription_ends_the_link_and_says_why() {
    let mut bench = Bench::new(10);
    bench.hub.lock().unwrap().refuse = vec![RefusalCode::NotAuthorized];
    bench.connect();
    let error = bench.run(usize::MAX).unwrap_err();
    let expected = Failure::Refused(RefusalCode::NotAuthorized);
    assert_eq!(Failure::from(error), expected);
    bench.hub.lock().unwrap().deaf = true;
    bench.connect();
    assert_eq!(bench.run(usize::MAX), Err(LinkError::SubscriptionRefused));
}

#[test]
fn what_waits_goes_out_under_the_name_that_dps_assigned() {
    let mut bench = Bench::new(10);
    bench.link.publish(Some("t1"), b"1".to_vec(), 1).unwrap();
    bench.link.publish(None, b"2".to_vec(), 2).unwrap();
    bench.link.reassign(Identity::device("h2", "new")).unwrap();
    bench.connect();
    bench.run(usize::MAX).unwrap();
    assert_eq!(bench.done, [1, 2]);
    let hub = bench.hub.lock().unwrap();
    assert_eq!(
        hub.telemetry_topics,
        [
            "devices/new/messages/events/%24.ct=application%2Fjson&%24.ce=utf-8&%24.sub=t1",
            "devices/new/messages/events/%24.ct=application%2Fjson&%24.ce=utf-8"
        ]
    );
    assert_eq!(hub.connects[0].0, "new");
}

#[test]
fn a_silent_hub_is_given_up_and_a_quiet_one_asked_for_a_sign_of_life() {
    let mut bench = Bench::new(10);
    bench.connect();
    bench.run(usize::MAX).unwrap();
    let due = bench.link.next_deadline().unwrap();
    bench.link.tick(due).unwrap();
    assert_eq!(bench.link.output(), [0xC0, 0]);
    let patience = bench.link.next_deadline().unwrap();
    let error = bench.link.tick(patience).unwrap_err();
    assert_eq!(Failure::from(error), Failure::Silent);
}
