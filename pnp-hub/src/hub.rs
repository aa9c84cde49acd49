//! The hub in process: an engine behind a lock, a clock, and devices on memory transports.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use pnp_runtime::memory::MemoryTransport;
use pnp_runtime::transport::ConnectOptions;
use serde_json::Value;

use crate::clock::{Clock, ClockOption};
use crate::engine::Engine;
use crate::engine::error::HubError;
use crate::engine::events::{EventFilter, HubEvent};
use crate::engine::identity::Identity;
use crate::engine::if_match::IfMatch;
use crate::engine::message::{CallId, Input, MethodCall, MethodResult, Request, Response};
use crate::engine::random::Seeded;
use crate::engine::registry::{IdentityRecord, IdentityUpdate, NewIdentity};
use crate::engine::sessions::CloseReason;
use crate::link::LineEnd;
use crate::query::{Page, Query};
use crate::state::{State, lock};

/// How a [`Hub`] starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubOptions {
    /// Which clock it goes by; frozen at 2024-01-01T00:00:00Z by default, so that every run prints the
    /// same.
    pub clock: ClockOption,
    /// What the generated keys, ids and etags follow from; 0 by default.
    pub seed: u64,
    /// How many events the feed keeps, oldest dropped first; 10,000 by default.
    pub event_capacity: usize,
}

impl Default for HubOptions {
    fn default() -> Self {
        Self {
            clock: ClockOption::default(),
            seed: 0,
            event_capacity: 10_000,
        }
    }
}

/// A local IoT hub in this process. Clones are the same hub.
///
/// Nothing here blocks: a device answers when it is driven, and a call's result is there when it has.
/// So hub, back end and devices can live in one thread of a test.
#[derive(Debug, Clone)]
pub struct Hub {
    state: Arc<Mutex<State>>,
}

impl Hub {
    /// An empty hub.
    #[must_use]
    pub fn new(options: HubOptions) -> Self {
        let random = Box::new(Seeded::new(options.seed));
        let engine = Engine::new(options.event_capacity, random);
        let state = State::new(engine, Clock::new(options.clock));
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Registers an enabled device with generated keys.
    ///
    /// # Errors
    /// `ArgumentInvalid` for an id that IoT Hub doesn't allow, `DeviceAlreadyExists`.
    pub fn create_device(&self, device: impl Into<String>) -> Result<Identity, HubError> {
        let identity = Identity::device(device);
        self.create(NewIdentity::new(identity.clone()))?;
        Ok(identity)
    }

    /// Registers an enabled module of a device, with generated keys.
    ///
    /// # Errors
    /// `ArgumentInvalid` for an id that IoT Hub doesn't allow, `DeviceNotFound`,
    /// `ModuleAlreadyExistsOnDevice`, `IotHubQuotaExceeded` beyond 50 modules.
    pub fn create_module(
        &self,
        device: impl Into<String>,
        module: impl Into<String>,
    ) -> Result<Identity, HubError> {
        let identity = Identity::module(device, module);
        self.create(NewIdentity::new(identity.clone()))?;
        Ok(identity)
    }

    /// Registers a device or module and gives its registration.
    ///
    /// # Errors
    /// As [`create_device`](Self::create_device) and [`create_module`](Self::create_module).
    pub fn create(&self, new: NewIdentity) -> Result<IdentityRecord, HubError> {
        let Response::Identity(record) = self.request(Request::CreateIdentity(new))? else {
            return Err(unexpected());
        };
        Ok(*record)
    }

    /// An identity's registration: keys, status, connection state.
    ///
    /// # Errors
    /// `DeviceNotFound`, `ModuleNotFound`.
    pub fn identity(&self, identity: &Identity) -> Result<IdentityRecord, HubError> {
        lock(&self.state).engine.identity(identity).cloned()
    }

    /// Changes a registration and gives it. Disabling an identity drops its link.
    ///
    /// # Errors
    /// `DeviceNotFound`, `ModuleNotFound`, `PreconditionFailed` where the etag is another.
    pub fn update_identity(
        &self,
        identity: &Identity,
        update: IdentityUpdate,
        if_match: IfMatch,
    ) -> Result<IdentityRecord, HubError> {
        let identity = identity.clone();
        let Response::Identity(record) = self.request(Request::UpdateIdentity {
            identity,
            update,
            if_match,
        })?
        else {
            return Err(unexpected());
        };
        Ok(*record)
    }

    /// Removes a device with its modules, or a module: registration, twin, session, link.
    ///
    /// # Errors
    /// `DeviceNotFound`, `ModuleNotFound`, `PreconditionFailed` where the etag is another.
    pub fn delete(&self, identity: &Identity, if_match: IfMatch) -> Result<(), HubError> {
        let identity = identity.clone();
        self.request(Request::DeleteIdentity { identity, if_match })?;
        Ok(())
    }

    /// A transport for a device, with its link down. The device opens it, also again after it was
    /// dropped; where the hub refuses, the event that comes is [`Event::Disconnected`](pnp_runtime::transport::Event::Disconnected).
    #[must_use]
    pub fn link(&self, identity: &Identity) -> MemoryTransport {
        let line = lock(&self.state).add(identity);
        self.transport(line)
    }

    /// A transport for a device, with its link up: its first event is [`Event::Connected`](pnp_runtime::transport::Event::Connected).
    ///
    /// A link that the same identity has already is dropped. Dropping the transport drops its link.
    ///
    /// # Errors
    /// `DeviceNotFound`, `ModuleNotFound`, `DeviceDisabled`.
    pub fn connect(
        &self,
        identity: &Identity,
        options: &ConnectOptions,
    ) -> Result<MemoryTransport, HubError> {
        let line = lock(&self.state).add(identity);
        let mut transport = self.transport(line);
        transport.connect(options);
        let refusal = lock(&self.state).refusal(line);
        refusal.map_or(Ok(transport), Err)
    }

    /// Drops a device's link, as a fault in the network would; gives whether there was one.
    ///
    /// # Errors
    /// `DeviceNotFound`, `ModuleNotFound`.
    pub fn drop_link(&self, identity: &Identity) -> Result<bool, HubError> {
        let identity = identity.clone();
        let Response::Dropped(dropped) = self.request(Request::DropLink { identity })? else {
            return Err(unexpected());
        };
        Ok(dropped)
    }

    /// Why the hub last closed or refused a link of this identity, among the transports that still
    /// exist; `None` where it never did.
    #[must_use]
    pub fn close_reason(&self, identity: &Identity) -> Option<CloseReason> {
        let state = lock(&self.state);
        let mut lines = state.lines.values().rev();
        lines.find_map(|line| line.closed.clone().filter(|_| line.identity == *identity))
    }

    /// An identity's twin in the service's shape: tags, properties with `$metadata` and `$version`,
    /// etag, model ID, connection state.
    ///
    /// # Errors
    /// `DeviceNotFound`, `ModuleNotFound`.
    pub fn twin(&self, identity: &Identity) -> Result<Value, HubError> {
        lock(&self.state).engine.twin(identity)
    }

    /// Merges `{"tags":…,"properties":{"desired":…}}`, either or both, into a twin, and gives the twin.
    /// `null` removes a member. A connected device hears of a desired change.
    ///
    /// # Errors
    /// `DeviceNotFound`, `ModuleNotFound`; `PreconditionFailed` where the etag is another;
    /// `IotHubFormatError` for what is no object; `ArgumentInvalid` for keys and values that a twin
    /// can't hold; `MessageTooLarge` for a section beyond its size. Nothing is written then.
    pub fn update_twin(
        &self,
        identity: &Identity,
        patch: Value,
        if_match: IfMatch,
    ) -> Result<Value, HubError> {
        let identity = identity.clone();
        self.twin_request(Request::UpdateTwin {
            identity,
            patch,
            if_match,
        })
    }

    /// Replaces `tags` and `properties.desired`, as far as `twin` has them, and gives the twin.
    ///
    /// # Errors
    /// As [`update_twin`](Self::update_twin).
    pub fn replace_twin(
        &self,
        identity: &Identity,
        twin: Value,
        if_match: IfMatch,
    ) -> Result<Value, HubError> {
        let identity = identity.clone();
        self.twin_request(Request::ReplaceTwin {
            identity,
            twin,
            if_match,
        })
    }

    /// One page of a query's result: at most `page_size` rows (1 to 1000), after those of the page whose
    /// continuation is given.
    ///
    /// # Errors
    /// `ArgumentInvalid` for a text that is no query (the message says at which character), a page size
    /// out of bounds, or a continuation that is none.
    pub fn query(
        &self,
        text: &str,
        page_size: usize,
        continuation: Option<&str>,
    ) -> Result<Page, HubError> {
        let query = Query::parse(text)?;
        lock(&self.state)
            .engine
            .query(&query, page_size, continuation)
    }

    /// Starts a direct method. Drive the device, then ask the call for its result.
    #[must_use]
    pub fn invoke(&self, call: MethodCall) -> PendingCall {
        let id = lock(&self.state).begin(Request::InvokeMethod(call));
        PendingCall {
            state: Arc::clone(&self.state),
            id,
            result: None,
        }
    }

    /// The events after event `since` that the filter shows, oldest first; 0 for all that are kept.
    #[must_use]
    pub fn events(&self, since: u64, filter: &EventFilter) -> Vec<HubEvent> {
        lock(&self.state).engine.events(since, filter)
    }

    /// The hub's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        lock(&self.state).clock.read().wall
    }

    /// Sets the hub's clock ahead and ends the calls whose time is over by then.
    pub fn advance(&self, by: Duration) {
        let mut state = lock(&self.state);
        state.clock.advance(by);
        state.handle(Input::Tick);
    }

    fn transport(&self, line: u64) -> MemoryTransport {
        MemoryTransport::new(Arc::new(LineEnd {
            state: Arc::clone(&self.state),
            line,
        }))
    }

    /// A call whose result is there at once.
    fn request(&self, request: Request) -> Result<Response, HubError> {
        let mut state = lock(&self.state);
        let id = state.begin(request);
        state.take_result(id).unwrap_or_else(|| {
            Err(HubError::internal(
                "a call that is answered at once has no result",
            ))
        })
    }

    fn twin_request(&self, request: Request) -> Result<Value, HubError> {
        let Response::Twin(twin) = self.request(request)? else {
            return Err(unexpected());
        };
        Ok(twin)
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new(HubOptions::default())
    }
}

/// A direct method under way. Dropping it forgets the result; the device is called all the same.
#[derive(Debug)]
pub struct PendingCall {
    state: Arc<Mutex<State>>,
    id: CallId,
    result: Option<Result<MethodResult, HubError>>,
}

impl PendingCall {
    /// What the device answered, or why it didn't; `None` while that is open. Never blocks, and gives
    /// the same result again once there is one.
    ///
    /// The error is `DeviceNotFound` or `ModuleNotFound`; `DeviceNotOnline` where the device isn't
    /// connected or takes no methods; `GatewayTimeout` where it didn't answer in time;
    /// `DeviceConnectionClosedRemotely` where its link closed meanwhile; `ArgumentInvalid` for timeouts
    /// outside their range or an impossible name; `MessageTooLarge` for a request beyond 128 KiB.
    pub fn try_result(&mut self) -> Option<Result<MethodResult, HubError>> {
        if self.result.is_none() {
            let mut state = lock(&self.state);
            // With a running clock, nothing else may have told the engine that the time is over.
            state.handle(Input::Tick);
            self.result = state.take_result(self.id).map(|result| {
                let Response::Method(result) = result? else {
                    return Err(unexpected());
                };
                Ok(result)
            });
        }
        self.result.clone()
    }
}

impl Drop for PendingCall {
    fn drop(&mut self) {
        lock(&self.state).abandon(self.id);
    }
}

/// A response to another request than was made: the engine's mistake, told rather than panicked about.
fn unexpected() -> HubError {
    HubError::internal("the response belongs to another kind of request")
}
