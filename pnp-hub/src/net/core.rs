//! The engine, its clock, and who waits for what comes out of it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use pnp_mqtt::Outbox;
use pnp_runtime::transport::Event;
use serde_json::Value;
use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::options::Log;
use super::store::{Store, StoreError};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::engine::error::HubError;
use crate::engine::identity::Identity;
use crate::engine::if_match::IfMatch;
use crate::engine::message::{CallId, Input, LinkId, Output, Record, Request, Response};
use crate::engine::queue::Delivery;
use crate::engine::random::Seeded;
use crate::engine::sessions::CloseReason;

/// How many things may wait for a link to take them. A link that leaves more lying is too slow, and is
/// dropped: what it holds is the hub's memory. One read of a connection asks for fewer answers.
pub(super) const MAILBOX: usize = 2048;

/// What a link is told.
#[derive(Debug)]
pub(super) enum Mail {
    Event(Event),
    Deliver(Delivery),
    Close(CloseReason),
}

/// The hub that connections share.
#[derive(Debug)]
pub(super) struct Core {
    state: Mutex<State>,
    pub(super) log: Log,
    /// The id of the feed's last event.
    newest: watch::Sender<u64>,
    /// Time or the engine's next deadline has changed.
    timer: Notify,
}

/// What the lock guards.
#[derive(Debug)]
pub(super) struct State {
    pub(super) engine: Engine,
    pub(super) clock: Clock,
    last_number: u64,
    links: HashMap<LinkId, mpsc::Sender<Mail>>,
    calls: HashMap<CallId, oneshot::Sender<Result<Response, HubError>>>,
    /// Messages that a device's last link has been sent and hasn't acknowledged.
    outboxes: HashMap<Identity, Outbox<u64>>,
    store: Option<Box<dyn Store>>,
}

impl Core {
    pub(super) fn new(
        engine: Engine,
        clock: Clock,
        store: Option<Box<dyn Store>>,
        log: Log,
    ) -> Self {
        Self {
            state: Mutex::new(State {
                engine,
                clock,
                last_number: 0,
                links: HashMap::new(),
                calls: HashMap::new(),
                outboxes: HashMap::new(),
                store,
            }),
            log,
            newest: watch::Sender::new(0),
            timer: Notify::new(),
        }
    }

    /// The state, also after a task panicked while it held the lock: the engine changes nothing halfway
    /// that a later input couldn't stand.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the engine one question.
    pub(super) fn read<T>(&self, question: impl FnOnce(&Engine) -> T) -> T {
        question(&self.lock().engine)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.lock().clock.read().wall
    }

    /// Runs inputs through the engine, stores what they change, then lets their outputs out. When it
    /// returns, what they did is as safe as the store makes it.
    pub(super) fn submit(&self, inputs: impl IntoIterator<Item = Input>) {
        let mut state = self.lock();
        let before = state.engine.next_deadline();
        state.submit(inputs, &self.log);
        self.changed(&state, before);
    }

    /// Tells whoever waits for events or for time what has come of an input.
    fn changed(&self, state: &State, deadline_before: Option<Duration>) {
        let newest = state.engine.last_event();
        self.newest.send_if_modified(|known| {
            let newer = *known != newest;
            *known = newest;
            newer
        });
        if state.engine.next_deadline() != deadline_before {
            self.timer.notify_one();
        }
    }

    /// Makes a call and waits for its result.
    pub(super) async fn call(&self, request: Request) -> Result<Response, HubError> {
        let (sender, receiver) = oneshot::channel();
        {
            let mut state = self.lock();
            let before = state.engine.next_deadline();
            let call = CallId(state.number());
            state.calls.insert(call, sender);
            state.submit([Input::Call { call, request }], &self.log);
            self.changed(&state, before);
        }
        receiver
            .await
            .unwrap_or_else(|_| Err(HubError::internal("the hub is going down")))
    }

    /// A number for a new link, and where its mail comes.
    pub(super) fn open_link(&self) -> (LinkId, mpsc::Receiver<Mail>) {
        let (sender, receiver) = mpsc::channel(MAILBOX);
        let mut state = self.lock();
        let link = LinkId(state.number());
        state.links.insert(link, sender);
        (link, receiver)
    }

    /// Forgets a link that is gone, and keeps what its device hasn't acknowledged for its next one.
    pub(super) fn close_link(&self, link: LinkId, unacknowledged: Option<(Identity, Outbox<u64>)>) {
        self.submit([Input::Disconnected { link }]);
        let mut state = self.lock();
        state.links.remove(&link);
        if let Some((identity, outbox)) = unacknowledged {
            // Not where a newer link has begun to deliver by itself, or the identity is gone.
            let engine = &state.engine;
            let was_last = engine
                .identity(&identity)
                .is_ok_and(|record| !record.connected)
                && engine.subscriptions(&identity).is_some();
            if was_last && !outbox.is_empty() {
                state.outboxes.insert(identity, outbox);
            }
        }
    }

    /// Takes out what the last link of a device left unacknowledged, as far as it still waits.
    pub(super) fn take_outbox(&self, identity: &Identity, window: u16) -> Outbox<u64> {
        let mut state = self.lock();
        let mut outbox = Outbox::new(window);
        let Some(kept) = state.outboxes.remove(identity) else {
            return outbox;
        };
        for sent in kept.unacknowledged() {
            if state.engine.is_waiting(identity, *sent.token) {
                // The identifiers come from a window of the same size, each of them once.
                let _ = outbox.restore(sent.id, sent.message.clone(), *sent.token);
            }
        }
        outbox
    }

    /// Follows the id of the feed's last event.
    pub(super) fn follow_events(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// Changes the clock, and does what has become due.
    pub(super) fn set_clock(&self, change: impl FnOnce(&mut Clock)) {
        change(&mut self.lock().clock);
        self.submit([Input::Tick]);
        self.timer.notify_one();
    }

    /// Lets the engine know when time is over, for as long as it is polled.
    pub(super) async fn keep_time(&self) {
        loop {
            let wait = {
                let state = self.lock();
                let now = state.clock.read().monotonic;
                let deadline = state.engine.next_deadline();
                // On a clock that stands still nothing becomes due by waiting.
                let deadline = deadline.filter(|_| state.clock.is_running());
                deadline.map(|deadline| deadline.saturating_sub(now))
            };
            match wait {
                None => self.timer.notified().await,
                Some(wait) => {
                    tokio::select! {
                        () = tokio::time::sleep(wait) => self.submit([Input::Tick]),
                        () = self.timer.notified() => {}
                    }
                }
            }
        }
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn submit(&mut self, inputs: impl IntoIterator<Item = Input>, log: &Log) {
        let mut outputs = Vec::new();
        for input in inputs {
            outputs.extend(self.engine.handle(input, self.clock.read()));
        }
        self.release(outputs, log);
    }

    /// Stores what has changed, then lets the outputs out.
    fn release(&mut self, mut outputs: Vec<Output>, log: &Log) {
        let mut slow = Vec::new();
        if let Err(error) = self.save(&outputs) {
            // What can't be kept must not be acknowledged: nobody hears of it, and every link closes
            // so that no device counts on it.
            log.line(&format_args!(
                "the store failed, all links are dropped: {error}"
            ));
            slow.extend(self.links.keys().copied());
            outputs.retain(|output| matches!(output, Output::Completed { .. }));
            for output in &mut outputs {
                if let Output::Completed { result, .. } = output {
                    *result = Err(HubError::internal("the hub's store has failed"));
                }
            }
        }
        for output in outputs {
            let (link, mail) = match output {
                Output::Changed(_) => continue,
                Output::Completed { call, result } => {
                    if let Some(waiting) = self.calls.remove(&call) {
                        // Whoever asked may have gone.
                        let _ = waiting.send(result);
                    }
                    continue;
                }
                Output::Send { link, event } => (link, Mail::Event(event)),
                Output::Deliver { link, delivery } => (link, Mail::Deliver(delivery)),
                Output::Close { link, reason } => (link, Mail::Close(reason)),
            };
            if let Some(mailbox) = self.links.get(&link)
                && mailbox.try_send(mail).is_err()
            {
                slow.push(link);
            }
        }
        for link in slow {
            // Its receiver sees the end of its mail, and hangs up.
            self.links.remove(&link);
        }
    }

    /// Writes the records that the outputs name.
    fn save(&mut self, outputs: &[Output]) -> Result<(), StoreError> {
        let Some(store) = &mut self.store else {
            return Ok(());
        };
        let mut changed: Vec<&Record> = outputs
            .iter()
            .filter_map(|output| match output {
                Output::Changed(record) => Some(record),
                Output::Send { .. }
                | Output::Deliver { .. }
                | Output::Close { .. }
                | Output::Completed { .. } => None,
            })
            .collect();
        if changed.is_empty() {
            return Ok(());
        }
        changed.sort_unstable();
        changed.dedup();
        let engine = &self.engine;
        store.write(&mut changed.into_iter().map(|record| {
            let content = engine.record(record);
            (record.clone(), content)
        }))
    }
}

/// Replaces all that the hub holds by `records`, identities first. Links are dropped.
///
/// # Errors
/// A record is none; nothing is changed then.
pub(super) fn replace(core: &Core, records: &[(Record, Value)]) -> Result<(), HubError> {
    let mut trial = Engine::new(0, Box::new(Seeded::new(0)));
    for (record, content) in records {
        if !trial.restore(record, content) {
            let (kind, identity) = record.key();
            let what = format!("the {kind} of {identity} is none, or without its identity");
            return Err(HubError::invalid(what));
        }
    }
    let mut state = core.lock();
    let devices: Vec<Identity> = state
        .engine
        .identities()
        .map(|record| record.identity.clone())
        .filter(|identity| identity.module_id().is_none())
        .collect();
    let mut outputs = Vec::new();
    for identity in devices {
        let call = CallId(state.number());
        let request = Request::DeleteIdentity {
            identity,
            if_match: IfMatch::Any,
        };
        let now = state.clock.read();
        outputs.extend(state.engine.handle(Input::Call { call, request }, now));
    }
    for (record, content) in records {
        state.engine.restore(record, content);
        outputs.push(Output::Changed(record.clone()));
    }
    state.release(outputs, &core.log);
    core.changed(&state, None);
    Ok(())
}
