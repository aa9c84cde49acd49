//! Random input and random schedules: no panic, no acknowledgement that goes back, nothing missed.

use std::collections::BTreeMap;
use std::time::Duration;

use pnp_runtime::{Action, Event};
use serde_json::{Map, Value, json};

use crate::bench::Bench;

/// splitmix64: the same numbers for the same seed on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

const SEEDS: &[&str] = &[
    r#"{"interval":5,"thermostat1":{"__t":"c","targetTemperature":23},"$version":3}"#,
    r#"{"desired":{"limits":{"low":1},"$version":4},"reported":{"interval":{"value":5,"ac":200,"av":3}}}"#,
    r#"{"desired":{"thermostat2":null,"$version":null},"reported":[]}"#,
    r#"{"mode":1e999,"interval":{"value":{"value":{}}},"$version":-1}"#,
    r#""2026-01-01T00:00:00Z""#,
    "thermostat1*getMaxMinReport",
    "[[[[[[[[[[[[[[[[[[[[",
    "",
];

fn bytes(random: &mut Random) -> Vec<u8> {
    let mut bytes = random.pick(SEEDS).as_bytes().to_vec();
    for _ in 0..random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(4) {
            0 => bytes.insert(at, random.next() as u8),
            1 => bytes.truncate(at),
            2 if at < bytes.len() => bytes[at] = random.next() as u8,
            _ => {
                let tail = bytes[at..].to_vec();
                bytes.extend(tail);
            }
        }
    }
    bytes
}

#[test]
fn c68_any_bytes_as_patch_twin_method_or_answer_never_panic() {
    let mut random = Random(1);
    for _ in 0..300 {
        let mut bench = Bench::default();
        bench.connect();
        for _ in 0..40 {
            let rid = match random.below(3) {
                0 => "1".to_owned(),
                1 => bench.read_rid().unwrap_or_default(),
                _ => random.below(9).to_string(),
            };
            let body = bytes(&mut random);
            let event = match random.below(8) {
                0 | 1 => Event::Desired {
                    version: Some(random.next() as i64),
                    body,
                },
                2 | 3 => Event::Twin {
                    rid,
                    status: *random.pick(&[200, 200, 429, 0, 999]),
                    body,
                },
                4 | 5 => Event::Method {
                    rid,
                    name: String::from_utf8_lossy(&bytes(&mut random)).into_owned(),
                    body,
                },
                6 => Event::Reported {
                    rid,
                    status: *random.pick(&[204, 400, 429, 0, 999]),
                    version: None,
                    body,
                },
                _ => Event::Connected {
                    session_present: random.below(2) == 0,
                },
            };
            bench.handle(event);
            for action in bench.actions() {
                if let Action::PatchReported { body, .. } = action {
                    assert!(serde_json::from_slice::<Value>(&body).is_ok());
                }
            }
            bench.wait(Duration::from_millis(random.next() % 40_000));
        }
    }
}

#[test]
fn c68_valid_siblings_of_nonsense_are_handled() {
    let mut bench = Bench::ready();
    bench.patch(json!({
        "$metadata": [], "__t": 5, "": {"": null}, "limits": [1], "mode": {"a": {}},
        "thermostat2": [], "interval": 7, "$version": 2
    }));
    assert_eq!(bench.app.interval, Some(7));
    let update = bench.update();
    assert_eq!(update["interval"]["ac"], 200);
    assert_eq!(update["limits"]["ac"], 400);
    assert_eq!(update["mode"]["ac"], 400);
}

/// A twin that applies what the device writes and loses what the schedule says.
#[derive(Default)]
struct Twin {
    desired: Map<String, Value>,
    version: i64,
    reported: Map<String, Value>,
    /// The highest version acknowledged for each property.
    acknowledged: BTreeMap<String, i64>,
}

impl Twin {
    fn write(&mut self, body: &[u8]) {
        let patch: Map<String, Value> = serde_json::from_slice(body).expect("JSON");
        for (name, value) in patch {
            let version = value["av"].as_i64().expect("an acknowledgement");
            let highest = self.acknowledged.entry(name.clone()).or_default();
            assert!(
                version >= *highest,
                "{name} went back from {highest} to {version}"
            );
            *highest = version;
            self.reported.insert(name, value);
        }
    }
}

/// Random desired changes under lost links, lost requests, lost answers, throttling and lost
/// notifications: once the storm is over, every property is acknowledged with the value that the twin
/// desires, and no acknowledgement ever went back.
#[test]
fn random_schedules_lose_no_desired_change_and_never_go_back() {
    for seed in 0..400 {
        let mut random = Random(seed);
        let mut bench = Bench::default();
        let mut twin = Twin::default();
        bench.connect();
        for step in 0..120 {
            let storm = step < 90;
            if storm && random.below(4) == 0 {
                twin.version += 1;
                let name = *random.pick(&["interval", "mode"]);
                let value = json!(1 + random.below(2) * 4_000);
                let value = if name == "mode" { json!(1) } else { value };
                twin.desired.insert(name.to_owned(), value.clone());
                let patch = json!({name: value, "$version": twin.version});
                if random.below(4) > 0 {
                    bench.patch(patch);
                }
            }
            for action in bench.actions() {
                if storm && random.below(5) == 0 {
                    continue; // the request is lost
                }
                let event = match action {
                    Action::GetTwin { rid } => {
                        let mut desired = twin.desired.clone();
                        desired.insert("$version".to_owned(), json!(twin.version));
                        crate::bench::twin(&rid, desired.into(), twin.reported.clone().into())
                    }
                    Action::PatchReported { rid, body } => {
                        let status = if storm {
                            *random.pick(&[204, 204, 429, 500])
                        } else {
                            204
                        };
                        if status == 204 {
                            twin.write(&body);
                        }
                        Event::Reported {
                            rid,
                            status,
                            version: None,
                            body: Vec::new(),
                        }
                    }
                    _ => continue,
                };
                if !storm || random.below(5) > 0 {
                    bench.handle(event);
                }
            }
            if (storm && random.below(12) == 0) || step == 90 {
                bench.handle(Event::Disconnected);
                bench.connect();
            }
            bench.wait(Duration::from_secs(
                random.next() % 20 + u64::from(!storm) * 60,
            ));
        }
        for (name, value) in &twin.desired {
            assert_eq!(&twin.reported[name]["value"], value, "seed {seed}, {name}");
            assert_eq!(twin.reported[name]["ac"], 200);
        }
    }
}
