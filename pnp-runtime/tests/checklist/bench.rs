//! A device on the bench: the core, its application, a virtual clock, and the test as its hub.

use std::time::Duration;

use pnp_runtime::{Action, Device, Event, Instant, Notice, Options};
use serde_json::{Value, json};

use crate::model::App;
use crate::model::controller::Controller;

#[derive(Debug, Default)]
pub(crate) struct Bench {
    pub(crate) device: Device<Controller>,
    pub(crate) app: App,
    pub(crate) now: Instant,
    waiting: Vec<Action>,
}

impl Bench {
    pub(crate) fn with_options(options: Options) -> Self {
        Self {
            device: Device::with_options(options),
            ..Self::default()
        }
    }

    /// Connected, with an empty twin at version 1, settled.
    pub(crate) fn ready() -> Self {
        let mut bench = Self::default();
        bench.start(json!({"$version": 1}), json!({"$version": 1}));
        bench.settle();
        bench.actions();
        bench.app.calls.clear();
        bench
    }

    /// Connects and answers the twin read.
    pub(crate) fn start(&mut self, desired: Value, reported: Value) {
        self.connect();
        self.answer_read(desired, reported);
    }

    pub(crate) fn connect(&mut self) {
        self.handle(Event::Connected {
            session_present: false,
        });
    }

    pub(crate) fn handle(&mut self, event: Event) {
        self.device.handle(event, self.now, &mut self.app);
        self.poll();
    }

    pub(crate) fn wait(&mut self, time: Duration) {
        self.now = self.now + time;
        self.device.tick(self.now);
        self.poll();
    }

    /// Lets the clock jump to the next deadline; how long that was.
    pub(crate) fn sleep(&mut self) -> Duration {
        let until = self.device.next_deadline().expect("something waits");
        let time = Duration::from_millis(until.as_millis() - self.now.as_millis());
        self.wait(time);
        time
    }

    fn poll(&mut self) {
        while let Some(action) = self.device.poll_action() {
            self.waiting.push(action);
        }
    }

    /// What the device did since the last question.
    pub(crate) fn actions(&mut self) -> Vec<Action> {
        self.poll();
        std::mem::take(&mut self.waiting)
    }

    pub(crate) fn notices(&mut self) -> Vec<Notice> {
        std::iter::from_fn(|| self.device.poll_notice()).collect()
    }

    /// The id of the read that the device waits for; every other action stays.
    pub(crate) fn read_rid(&mut self) -> Option<String> {
        self.poll();
        let position = self
            .waiting
            .iter()
            .position(|action| matches!(action, Action::GetTwin { .. }))?;
        match self.waiting.remove(position) {
            Action::GetTwin { rid } => Some(rid),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn answer_read(&mut self, desired: Value, reported: Value) {
        let rid = self.read_rid().expect("a read");
        self.handle(twin(&rid, desired, reported));
    }

    pub(crate) fn fail_read(&mut self, status: u16) {
        let rid = self.read_rid().expect("a read");
        self.handle(Event::Twin {
            rid,
            status,
            body: Vec::new(),
        });
    }

    pub(crate) fn patch(&mut self, patch: Value) {
        self.patch_text(&patch.to_string());
    }

    pub(crate) fn patch_text(&mut self, patch: &str) {
        self.handle(Event::Desired {
            version: None,
            body: patch.into(),
        });
    }

    /// The reported updates on the wire that the test hasn't seen, each with its id.
    pub(crate) fn updates(&mut self) -> Vec<(String, Value)> {
        self.update_texts()
            .into_iter()
            .map(|(rid, text)| (rid, serde_json::from_str(&text).expect("JSON")))
            .collect()
    }

    pub(crate) fn update_texts(&mut self) -> Vec<(String, String)> {
        self.poll();
        let (updates, others) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|action| matches!(action, Action::PatchReported { .. }));
        self.waiting = others;
        updates
            .into_iter()
            .map(|action| match action {
                Action::PatchReported { rid, body } => (rid, String::from_utf8(body).unwrap()),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    /// The one update on the wire, not answered.
    pub(crate) fn update(&mut self) -> Value {
        let mut updates = self.updates();
        assert_eq!(updates.len(), 1, "{updates:?}");
        updates.remove(0).1
    }

    pub(crate) fn answer(&mut self, rid: &str, status: u16) {
        self.handle(Event::Reported {
            rid: rid.to_owned(),
            status,
            version: (status == 204).then_some(7),
            body: Vec::new(),
        });
    }

    /// Confirms every update until none comes; all of them.
    pub(crate) fn settle(&mut self) -> Vec<Value> {
        let mut all = Vec::new();
        loop {
            let updates = self.updates();
            if updates.is_empty() {
                return all;
            }
            for (rid, body) in updates {
                self.answer(&rid, 204);
                all.push(body);
            }
        }
    }

    /// Invokes a method: every reply that was given for it.
    pub(crate) fn replies(&mut self, rid: &str, method: &str, body: &[u8]) -> Vec<(u16, String)> {
        self.actions();
        self.handle(Event::Method {
            rid: rid.to_owned(),
            name: method.to_owned(),
            body: body.to_vec(),
        });
        let replies = self
            .actions()
            .into_iter()
            .filter_map(|action| match action {
                Action::Respond {
                    rid: answered,
                    status,
                    body,
                } => {
                    assert_eq!(answered, rid);
                    Some((status, String::from_utf8(body).unwrap()))
                }
                _ => None,
            });
        replies.collect()
    }

    /// Invokes a method that is answered at once.
    pub(crate) fn call(&mut self, method: &str, body: &str) -> (u16, String) {
        let mut replies = self.replies("m1", method, body.as_bytes());
        assert_eq!(replies.len(), 1, "{replies:?}");
        replies.remove(0)
    }
}

pub(crate) fn twin(rid: &str, desired: Value, reported: Value) -> Event {
    Event::Twin {
        rid: rid.to_owned(),
        status: 200,
        body: json!({"desired": desired, "reported": reported})
            .to_string()
            .into_bytes(),
    }
}
