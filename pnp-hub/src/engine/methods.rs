//! Direct methods: calls that wait for a device to come online, and for its answer (`iot-hub` 1.6).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use pnp_runtime::transport::Event;
use serde_json::Value;

use super::error::{ErrorCode, HubError};
use super::identity::Identity;
use super::message::{CallId, LinkId, MethodCall, MethodResult, Output, Response};

/// How long a call waits for an answer where it doesn't say.
pub const DEFAULT_RESPONSE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a call may wait for an answer.
pub const RESPONSE_TIMEOUT: RangeInclusive<Duration> =
    Duration::from_secs(5)..=Duration::from_secs(300);
/// How long a call may wait for a device to come online.
pub const CONNECT_TIMEOUT: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(300);
/// Largest request and largest response, in bytes of JSON text.
pub const MAX_PAYLOAD: usize = 128 * 1024;

/// What a method name can't hold, besides control characters.
const NAME_SEPARATORS: &str = "$()<>@,;:\\\"/[]?={} \t";

/// Calls under way.
#[derive(Debug, Default)]
pub(crate) struct Methods {
    pending: BTreeMap<CallId, Pending>,
    last_rid: u64,
}

#[derive(Debug)]
struct Pending {
    identity: Identity,
    method: String,
    body: Vec<u8>,
    response_timeout: Duration,
    state: State,
    /// On the monotonic clock.
    deadline: Duration,
}

#[derive(Debug, PartialEq)]
enum State {
    /// The device isn't connected, or takes no methods yet.
    Waiting,
    Sent {
        link: LinkId,
        rid: String,
    },
}

impl Methods {
    /// Begins a call; `link` is the device's, where it is up and takes methods.
    ///
    /// # Errors
    /// The call is none that IoT Hub takes, or the device isn't there and the caller doesn't wait.
    pub(crate) fn start(
        &mut self,
        id: CallId,
        call: MethodCall,
        link: Option<LinkId>,
        now: Duration,
        out: &mut Vec<Output>,
    ) -> Result<(), HubError> {
        let body = check(&call)?;
        if link.is_none() && call.connect_timeout.is_zero() {
            return Err(not_online(&call.identity));
        }
        self.pending.insert(
            id,
            Pending {
                identity: call.identity.clone(),
                method: call.method,
                body,
                response_timeout: call.response_timeout,
                state: State::Waiting,
                deadline: now.saturating_add(call.connect_timeout),
            },
        );
        if let Some(link) = link {
            self.online(&call.identity, link, now, out);
        }
        Ok(())
    }

    /// Sends what waits for this identity: its link is up and takes methods.
    pub(crate) fn online(
        &mut self,
        identity: &Identity,
        link: LinkId,
        now: Duration,
        out: &mut Vec<Output>,
    ) {
        let waiting = self
            .pending
            .values_mut()
            .filter(|call| call.identity == *identity && call.state == State::Waiting);
        for call in waiting {
            self.last_rid += 1;
            let rid = format!("{:x}", self.last_rid);
            out.push(Output::Send {
                link,
                event: Event::Method {
                    rid: rid.clone(),
                    name: call.method.clone(),
                    body: std::mem::take(&mut call.body),
                },
            });
            call.state = State::Sent { link, rid };
            call.deadline = now.saturating_add(call.response_timeout);
        }
    }

    /// Takes a device's answer. One that nobody awaits (late, or of another link) is dropped.
    ///
    /// # Errors
    /// The answer can't be handed on; the link must be closed for it.
    pub(crate) fn respond(
        &mut self,
        link: LinkId,
        rid: &str,
        status: i32,
        body: &[u8],
        out: &mut Vec<Output>,
    ) -> Result<(), HubError> {
        let awaited = self.pending.iter().find(|(_, call)| {
            matches!(&call.state, State::Sent { link: on, rid: of } if *on == link && of == rid)
        });
        let Some((&id, _)) = awaited else {
            return Ok(());
        };
        let payload = response_payload(body)?;
        self.pending.remove(&id);
        out.push(Output::Completed {
            call: id,
            result: Ok(Response::Method(MethodResult { status, payload })),
        });
        Ok(())
    }

    /// Ends the calls whose answer can't come any more.
    pub(crate) fn link_closed(&mut self, link: LinkId, out: &mut Vec<Output>) {
        let on_link =
            |call: &Pending| matches!(&call.state, State::Sent { link: on, .. } if *on == link);
        self.end(on_link, out, |call| {
            HubError::new(
                ErrorCode::DeviceConnectionClosedRemotely,
                format!("{} closed its link before it answered", call.identity),
            )
        });
    }

    /// Ends the calls that wait for an identity that is no more.
    pub(crate) fn deleted(&mut self, identity: &Identity, out: &mut Vec<Output>) {
        let of_identity = |call: &Pending| call.identity == *identity;
        self.end(of_identity, out, |call| call.identity.not_found());
    }

    /// Ends the calls whose time is over.
    pub(crate) fn expire(&mut self, now: Duration, out: &mut Vec<Output>) {
        let over = |call: &Pending| call.deadline <= now;
        self.end(over, out, |call| match call.state {
            State::Waiting => not_online(&call.identity),
            State::Sent { .. } => HubError::new(
                ErrorCode::GatewayTimeout,
                format!(
                    "{} did not answer within {:?}",
                    call.identity, call.response_timeout
                ),
            ),
        });
    }

    /// Ends the calls that `which` picks, in the order in which they began, with the error of each.
    fn end(
        &mut self,
        which: impl Fn(&Pending) -> bool,
        out: &mut Vec<Output>,
        error: impl Fn(&Pending) -> HubError,
    ) {
        self.pending.retain(|&id, call| {
            let ends = which(call);
            if ends {
                out.push(Output::Completed {
                    call: id,
                    result: Err(error(call)),
                });
            }
            !ends
        });
    }

    /// When the next call's time is over, on the monotonic clock.
    pub(crate) fn next_deadline(&self) -> Option<Duration> {
        self.pending.values().map(|call| call.deadline).min()
    }
}

/// The request's bytes, where the call is one that IoT Hub takes.
fn check(call: &MethodCall) -> Result<Vec<u8>, HubError> {
    let illegal = |c: char| c.is_control() || NAME_SEPARATORS.contains(c);
    if call.method.is_empty() || call.method.chars().any(illegal) {
        return Err(HubError::invalid(format!(
            "{:?} is no method name: it must not be empty, nor hold control characters or any of {NAME_SEPARATORS:?}",
            call.method
        )));
    }
    let timeouts = [
        ("response", call.response_timeout, RESPONSE_TIMEOUT),
        ("connect", call.connect_timeout, CONNECT_TIMEOUT),
    ];
    for (which, timeout, allowed) in timeouts {
        if !allowed.contains(&timeout) {
            return Err(HubError::invalid(format!(
                "the {which} timeout is {timeout:?}; it must lie between {:?} and {:?}",
                allowed.start(),
                allowed.end()
            )));
        }
    }
    let body = call
        .payload
        .as_ref()
        .map_or_else(Vec::new, |payload| payload.to_string().into_bytes());
    check_size("request", body.len())?;
    Ok(body)
}

/// A device's answer as JSON: `null` for an empty body.
fn response_payload(body: &[u8]) -> Result<Value, HubError> {
    check_size("response", body.len())?;
    if body.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body).map_err(|error| {
        HubError::new(
            ErrorCode::IotHubFormatError,
            format!("the response to a direct method is no JSON: {error}"),
        )
    })
}

fn check_size(what: &str, size: usize) -> Result<(), HubError> {
    if size <= MAX_PAYLOAD {
        return Ok(());
    }
    Err(HubError::new(
        ErrorCode::MessageTooLarge,
        format!(
            "the {what} of a direct method has {size} bytes; at most {MAX_PAYLOAD} are allowed"
        ),
    ))
}

fn not_online(identity: &Identity) -> HubError {
    HubError::new(
        ErrorCode::DeviceNotOnline,
        format!("{identity} is not connected, or takes no direct methods"),
    )
}
