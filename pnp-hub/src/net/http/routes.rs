//! Which request goes where, and what it needs: the table of `iot-hub` 2.

use std::sync::Arc;

use hyper::Method;
use jiff::Timestamp;

use super::super::access::{Rights, unauthorized};
use super::super::shared::Shared;
use super::call::Call;
use super::reply::Reply;
use super::{digital_twins, identities, methods, ours, twins};
use crate::engine::error::HubError;
use crate::engine::identity::Identity;

/// Answers a request.
///
/// # Errors
/// The hub refuses; [`Reply::error`] words it.
pub(super) async fn answer(shared: &Arc<Shared>, call: &Call) -> Result<Reply, HubError> {
    let segments: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let method = &call.method;
    let (get, post) = (Method::GET, Method::POST);
    let gate = Door {
        shared,
        call,
        now: shared.core.now(),
    };
    let reply = match segments.as_slice() {
        ["devices"] if *method == get => {
            gate.needs(Rights::REGISTRY_READ)?;
            identities::list(shared, call)?
        }
        ["devices"] if *method == post => {
            gate.needs(Rights::REGISTRY_WRITE)?;
            identities::bulk(shared, call).await?
        }
        ["devices", "query"] if *method == post => {
            gate.needs(Rights::SERVICE)?;
            twins::query(shared, call)?
        }
        ["devices", device] => gate.identity(Identity::device(*device)).await?,
        ["devices", device, "modules"] if *method == get => {
            gate.needs(Rights::REGISTRY_READ)?;
            identities::modules(shared, device)?
        }
        ["devices", device, "modules", module] => {
            gate.identity(Identity::module(*device, *module)).await?
        }
        ["devices", device, "commands"] if *method == Method::DELETE => {
            gate.needs(Rights::SERVICE)?;
            ours::purge(shared, Identity::device(*device)).await?
        }
        ["twins", device] => gate.twin(Identity::device(*device)).await?,
        ["twins", device, "modules", module] => {
            gate.twin(Identity::module(*device, *module)).await?
        }
        ["twins", device, "methods"] if *method == post => {
            gate.needs(Rights::SERVICE)?;
            methods::invoke(shared, call, Identity::device(*device)).await?
        }
        ["twins", device, "modules", module, "methods"] if *method == post => {
            gate.needs(Rights::SERVICE)?;
            methods::invoke(shared, call, Identity::module(*device, *module)).await?
        }
        ["digitaltwins", device] if *method == get => {
            gate.needs(Rights::SERVICE)?;
            digital_twins::get(shared, &Identity::device(*device))?
        }
        ["digitaltwins", device] if *method == Method::PATCH => {
            gate.needs(Rights::SERVICE)?;
            digital_twins::update(shared, call, Identity::device(*device)).await?
        }
        ["digitaltwins", device, "commands", command] if *method == post => {
            gate.needs(Rights::SERVICE)?;
            methods::command(shared, call, Identity::device(*device), None, command).await?
        }
        [
            "digitaltwins",
            device,
            "components",
            component,
            "commands",
            command,
        ] if *method == post => {
            gate.needs(Rights::SERVICE)?;
            let device = Identity::device(*device);
            methods::command(shared, call, device, Some(component), command).await?
        }
        ["statistics", "devices"] if *method == get => {
            gate.needs(Rights::REGISTRY_READ)?;
            identities::device_statistics(shared)
        }
        ["statistics", "service"] if *method == get => {
            gate.needs(Rights::SERVICE)?;
            identities::service_statistics(shared)
        }
        ["_hub", rest @ ..] => {
            gate.needs(Rights::SERVICE)?;
            ours::answer(shared, call, rest).await?
        }
        ["enrollments" | "enrollmentGroups", ..]
            if [Method::GET, Method::PUT, Method::DELETE].contains(method) =>
        {
            gate.needs(Rights::REGISTRY_WRITE)?;
            super::super::dps::rest(shared, method, &segments, call.optional_json()?)?
        }
        _ => Reply::problem(404, "the hub has no such path, or not with this method"),
    };
    Ok(reply)
}

/// What a request has to pass.
struct Door<'a> {
    shared: &'a Arc<Shared>,
    call: &'a Call,
    now: Timestamp,
}

impl Door<'_> {
    /// Refuses a request whose token doesn't allow what it asks for.
    fn needs(&self, wanted: Rights) -> Result<(), HubError> {
        let authorization = self.call.header("authorization");
        let rights = self
            .shared
            .policies
            .service_rights(authorization, self.now)?;
        if rights.include(wanted) {
            Ok(())
        } else {
            Err(unauthorized("the token's policy does not allow this"))
        }
    }

    async fn identity(&self, identity: Identity) -> Result<Reply, HubError> {
        let (shared, call) = (self.shared, self.call);
        match call.method {
            Method::GET => {
                self.needs(Rights::REGISTRY_READ)?;
                identities::get(shared, &identity)
            }
            Method::PUT => {
                self.needs(Rights::REGISTRY_WRITE)?;
                identities::put(shared, call, identity).await
            }
            Method::DELETE => {
                self.needs(Rights::REGISTRY_WRITE)?;
                identities::delete(shared, call, identity).await
            }
            _ => Ok(not_allowed()),
        }
    }

    async fn twin(&self, identity: Identity) -> Result<Reply, HubError> {
        self.needs(Rights::SERVICE)?;
        let (shared, call) = (self.shared, self.call);
        match call.method {
            Method::GET => twins::get(shared, &identity),
            Method::PATCH => twins::update(shared, call, identity).await,
            Method::PUT => twins::replace(shared, call, identity).await,
            _ => Ok(not_allowed()),
        }
    }
}

fn not_allowed() -> Reply {
    Reply::problem(405, "this path does not take this method")
}
