//! What the in-process hub's lock guards: the engine, its clock, the lines of devices, open calls.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pnp_runtime::transport::{ConnectOptions, Event};

use crate::clock::Clock;
use crate::engine::Engine;
use crate::engine::error::HubError;
use crate::engine::identity::Identity;
use crate::engine::message::{CallId, Connect, Input, LinkId, Output, Request, Response, Uplink};
use crate::engine::registry::AuthMethod;
use crate::engine::sessions::CloseReason;
use crate::link::Line;

/// What the lock guards.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) engine: Engine,
    pub(crate) clock: Clock,
    /// Numbers links, lines and calls.
    last_number: u64,
    pub(crate) lines: BTreeMap<u64, Line>,
    lines_by_link: BTreeMap<LinkId, u64>,
    /// Calls whose result nobody has taken yet; `None` while it is to come.
    results: BTreeMap<CallId, Option<Result<Response, HubError>>>,
}

/// The state, also after a thread panicked while it held the lock: the engine changes nothing halfway
/// that a later input couldn't stand.
pub(crate) fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    pub(crate) fn new(engine: Engine, clock: Clock) -> Self {
        Self {
            engine,
            clock,
            last_number: 0,
            lines: BTreeMap::new(),
            lines_by_link: BTreeMap::new(),
            results: BTreeMap::new(),
        }
    }

    /// Forgets a call: nobody waits for its result any more.
    pub(crate) fn abandon(&mut self, call: CallId) {
        self.results.remove(&call);
    }

    fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    pub(crate) fn begin(&mut self, request: Request) -> CallId {
        let call = CallId(self.number());
        self.results.insert(call, None);
        self.handle(Input::Call { call, request });
        call
    }

    pub(crate) fn take_result(&mut self, call: CallId) -> Option<Result<Response, HubError>> {
        let result = self.results.get_mut(&call)?.take()?;
        self.results.remove(&call);
        Some(result)
    }

    /// Runs one input through the engine and does what comes out of it.
    pub(crate) fn handle(&mut self, input: Input) {
        for output in self.engine.handle(input, self.clock.read()) {
            match output {
                // Nothing is stored here: this hub lives as long as its process.
                Output::Changed(_) => {}
                Output::Send { link, event } => {
                    if let Some(line) = self.line_of(link) {
                        line.events.push_back(event);
                    }
                }
                // The runtime's devices don't subscribe to these.
                Output::Deliver { .. } => {}
                Output::Close { link, reason } => {
                    if let Some(line) = self.line_of(link) {
                        line.closed = Some(reason);
                    }
                    self.link_is_down(link);
                }
                Output::Completed { call, result } => {
                    // A call that nobody waits for any more is not in the map.
                    if let Some(awaited) = self.results.get_mut(&call) {
                        *awaited = Some(result);
                    }
                }
            }
        }
    }

    fn line_of(&mut self, link: LinkId) -> Option<&mut Line> {
        self.lines.get_mut(self.lines_by_link.get(&link)?)
    }

    fn link_is_down(&mut self, link: LinkId) {
        let line = self.lines_by_link.remove(&link);
        if let Some(line) = line.and_then(|line| self.lines.get_mut(&line)) {
            line.events.push_back(Event::Disconnected);
            if line.link == Some(link) {
                line.link = None;
            }
        }
    }

    pub(crate) fn add(&mut self, identity: &Identity) -> u64 {
        let line = self.number();
        self.lines.insert(line, Line::new(identity.clone()));
        line
    }

    pub(crate) fn open(&mut self, line: u64, options: &ConnectOptions) {
        let link = LinkId(self.number());
        let Some(on) = self.lines.get_mut(&line) else {
            return;
        };
        on.link = Some(link);
        let connect = Connect {
            link,
            identity: on.identity.clone(),
            model_id: options.model_id.clone(),
            clean_session: false,
            auth: AuthMethod::Sas,
            expires_in: None,
        };
        self.lines_by_link.insert(link, line);
        self.handle(Input::Connect(connect));
    }

    pub(crate) fn hang_up(&mut self, line: u64) {
        if let Some(link) = self.lines.get(&line).and_then(|line| line.link) {
            self.handle(Input::Disconnected { link });
            self.link_is_down(link);
        }
    }

    pub(crate) fn deliver(&mut self, line: u64, uplink: Uplink) {
        if let Some(link) = self.lines.get(&line).and_then(|line| line.link) {
            self.handle(Input::Uplink { link, uplink });
        }
    }

    pub(crate) fn next_event(&mut self, line: u64) -> Option<Event> {
        self.lines.get_mut(&line)?.events.pop_front()
    }

    pub(crate) fn remove(&mut self, line: u64) {
        self.hang_up(line);
        self.lines.remove(&line);
    }

    /// Why the line's link was refused, if it was.
    pub(crate) fn refusal(&self, line: u64) -> Option<HubError> {
        match self.lines.get(&line)?.closed.as_ref()? {
            CloseReason::Refused(error) => Some(error.clone()),
            CloseReason::NewConnection
            | CloseReason::Deleted
            | CloseReason::Disabled
            | CloseReason::Protocol(_)
            | CloseReason::Expired
            | CloseReason::Fault => None,
        }
    }
}
