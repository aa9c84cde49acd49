//! What CONNECT says: who connects to what, with which protocol version and model (`iot-hub` 1.2).

use pnp_runtime::topic::PropertyBag;

use crate::engine::identity::Identity;

/// Whom a connection is meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Login {
    /// The hub, by a device or module.
    Hub(Device),
    /// The provisioning service.
    Provisioning {
        /// Whose devices.
        id_scope: String,
        /// Which one.
        registration_id: String,
    },
}

/// A device or module as it announces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Device {
    pub(super) identity: Identity,
    /// The protocol version that it speaks; without one it has no twin.
    pub(super) api_version: Option<String>,
    pub(super) model_id: Option<String>,
}

/// Marks the user names of provisioning: they come to the same port.
const REGISTRATIONS: &str = "/registrations/";

impl Login {
    /// Reads client id and user name, and says what is wrong with them where they are none.
    pub(super) fn parse(client_id: &str, user_name: &str) -> Result<Self, String> {
        if let Some((id_scope, rest)) = user_name.split_once(REGISTRATIONS)
            && !id_scope.contains('/')
        {
            let registration_id = rest.split('/').next().unwrap_or_default();
            if registration_id != client_id {
                return Err(format!(
                    "the user name is of registration {registration_id:?}, the client id is {client_id:?}"
                ));
            }
            return Ok(Self::Provisioning {
                id_scope: id_scope.to_owned(),
                registration_id: registration_id.to_owned(),
            });
        }
        Device::parse(client_id, user_name).map(Self::Hub)
    }
}

impl Device {
    /// `{host}/{client id}/?{query}`: ids are not escaped and may hold `?`, so the client id says where
    /// they end.
    fn parse(client_id: &str, user_name: &str) -> Result<Self, String> {
        let wrong =
            || format!("the user name {user_name:?} is not HOST/{client_id}/?api-version=…");
        let (host, rest) = user_name.split_once('/').ok_or_else(wrong)?;
        let rest = rest.strip_prefix(client_id).ok_or_else(wrong)?;
        if host.is_empty() || !(rest.is_empty() || rest.starts_with('/')) {
            return Err(wrong());
        }
        // Older devices leave the `?` out, or all of it.
        let query = rest.strip_prefix('/').unwrap_or(rest);
        let query = query.strip_prefix('?').unwrap_or(query);
        let query = PropertyBag::parse(query).ok_or_else(wrong)?;
        let identity = match client_id.split_once('/') {
            None => Identity::device(client_id),
            Some((device, module)) => Identity::module(device, module),
        };
        identity
            .check()
            .map_err(|error| error.message().to_owned())?;
        let text = |name| query.get(name).filter(|value| !value.is_empty());
        Ok(Self {
            identity,
            api_version: text("api-version").map(str::to_owned),
            model_id: text("model-id").map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(client_id: &str, user_name: &str) -> Device {
        match Login::parse(client_id, user_name) {
            Ok(Login::Hub(device)) => device,
            other => panic!("{user_name}: {other:?}"),
        }
    }

    #[test]
    fn user_names_of_the_official_sdks_are_read() {
        let python = device(
            "dev1",
            "localhost/dev1/?api-version=2020-09-30&DeviceClientType=azure-iot-device-iothub-py%2F2.14.0%283.11.7%3BLinux%29&model-id=dtmi%3Acom%3Aexample%3AThermostat%3B1",
        );
        assert_eq!(python.identity, Identity::device("dev1"));
        assert_eq!(python.api_version.as_deref(), Some("2020-09-30"));
        assert_eq!(
            python.model_id.as_deref(),
            Some("dtmi:com:example:Thermostat;1")
        );
        let node = device(
            "ndev",
            "localhost:8883/ndev/?api-version=2021-04-12&model-id=dtmi:com:example:Thermostat;1&DeviceClientType=azure-iot-device%2F1.18.4%20(node%20v20.20.2%3B%20Debian%2012%3B%20x64)",
        );
        assert_eq!(node.model_id, python.model_id);
        let module = device("d?1/m", "h/d?1/m/?api-version=2021-04-12");
        assert_eq!(module.identity, Identity::module("d?1", "m"));
        assert_eq!(device("d", "h/d/").api_version, None);
    }

    #[test]
    fn provisioning_is_told_by_its_user_name() {
        let login = Login::parse(
            "reg1",
            "0ne1/registrations/reg1/api-version=2019-03-31&ClientVersion=x",
        );
        assert_eq!(
            login,
            Ok(Login::Provisioning {
                id_scope: "0ne1".to_owned(),
                registration_id: "reg1".to_owned(),
            })
        );
        assert!(Login::parse("reg2", "0ne1/registrations/reg1/api-version=x").is_err());
    }

    #[test]
    fn user_names_that_are_not_of_the_client_are_refused() {
        for (client_id, user_name) in [
            ("d", ""),
            ("d", "h"),
            ("d", "h/e/?api-version=x"),
            ("d", "h/dd/?api-version=x"),
            ("d", "/d/?api-version=x"),
            ("d", "h/d/?api-version=%"),
            ("d/m/x", "h/d/m/x/?api-version=x"),
            ("d é", "h/d é/?api-version=x"),
        ] {
            assert!(Login::parse(client_id, user_name).is_err(), "{user_name}");
        }
    }
}
