"""Runs the official Python SDKs, unmodified, against a running hub: every operation of the service and of
devices that the hub claims to support. Trust comes from the environment alone.

    check.py READY_FILE

Prints one line a check and ends with `interop: passed/total`; the exit code says whether all passed.
Checks build on each other: one that fails may take later ones with it.
"""

import base64
import hashlib
import hmac
import json
import os
import ssl
import sys
import tempfile
import threading
import time
import traceback
import urllib.request

from azure.iot.device import (
    IoTHubDeviceClient,
    IoTHubModuleClient,
    Message,
    MethodResponse,
    ProvisioningDeviceClient,
    X509,
)
from azure.iot.hub import IoTHubRegistryManager, DigitalTwinClient
from azure.iot.hub.models import (
    CloudToDeviceMethod,
    QuerySpecification,
    Twin,
    TwinProperties,
)
from azure.iot.hub.protocol.models import AuthenticationMechanism, Device
from msrest.exceptions import HttpOperationError

READY = json.load(open(sys.argv[1]))
SERVICE = READY["serviceConnectionString"]
MODEL = "dtmi:com:example:Thermostat;1"
CHECKS = []
STATE = {}


def check(function):
    CHECKS.append(function)
    return function


def eventually(condition, seconds=5):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen within %s s" % seconds)


def status_of(call):
    try:
        call()
    except HttpOperationError as error:
        return error.response.status_code
    return 200


def own_surface(method, path, body=None, accept="application/json"):
    """A request to /_hub/ with a token of the service key."""
    fields = dict(part.split("=", 1) for part in SERVICE.split(";"))
    resource = urllib.parse.quote(fields["HostName"], safe="")
    expiry = str(int(time.time()) + 600)
    key = base64.b64decode(fields["SharedAccessKey"])
    signed = hmac.new(key, f"{resource}\n{expiry}".encode(), hashlib.sha256).digest()
    signature = urllib.parse.quote(base64.b64encode(signed), safe="")
    request = urllib.request.Request(
        f"https://{fields['HostName']}/_hub/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"SharedAccessSignature sr={resource}&sig={signature}&se={expiry}"
            f"&skn={fields['SharedAccessKeyName']}",
            "Accept": accept,
        },
    )
    context = ssl.create_default_context(cafile=READY["caFile"])
    with urllib.request.urlopen(request, context=context, timeout=10) as reply:
        text = reply.read()
        return json.loads(text) if text else None


def device_string(device, module=None):
    registry = STATE["registry"]
    found = registry.get_module(device, module) if module else registry.get_device(device)
    key = found.authentication.symmetric_key.primary_key
    middle = f"ModuleId={module};" if module else ""
    return f"HostName=localhost;DeviceId={device};{middle}SharedAccessKey={key}"


def events(device, source="Telemetry"):
    return own_surface("GET", f"events?device={device}&source={source}")


# The service: identities.


@check
def a_device_is_created_with_keys_and_found():
    registry = IoTHubRegistryManager.from_connection_string(SERVICE)
    STATE["registry"] = registry
    keys = [base64.b64encode(os.urandom(32)).decode() for _ in range(2)]
    created = registry.create_device_with_sas("dev1", keys[0], keys[1], "enabled")
    assert created.device_id == "dev1" and created.authentication.type == "sas"
    found = registry.get_device("dev1")
    assert found.authentication.symmetric_key.primary_key == keys[0]
    assert found.connection_state == "Disconnected"


@check
def keys_are_generated_where_none_are_given():
    created = STATE["registry"].create_device_with_sas("generated", "", "", "enabled")
    assert len(base64.b64decode(created.authentication.symmetric_key.primary_key)) == 32


@check
def a_second_device_of_the_same_name_is_a_conflict():
    key = base64.b64encode(b"k" * 32).decode()
    create = lambda: STATE["registry"].create_device_with_sas("dev1", key, key, "enabled")
    assert status_of(create) == 409


@check
def a_missing_device_is_not_found_by_its_reason_phrase():
    try:
        STATE["registry"].get_device("missing")
    except HttpOperationError as error:
        assert error.response.status_code == 404
        assert "Not Found" in str(error), str(error)
        assert error.response.headers["iothub-errorcode"] == "DeviceNotFound"
    else:
        raise AssertionError("there is such a device")


@check
def modules_are_created_found_and_listed():
    registry = STATE["registry"]
    key = base64.b64encode(os.urandom(32)).decode()
    registry.create_module_with_sas("dev1", "mod1", "me", key, key)
    assert registry.get_module("dev1", "mod1").module_id == "mod1"
    assert [module.module_id for module in registry.get_modules("dev1")] == ["mod1"]
    create = lambda: registry.create_module_with_sas("dev1", "mod1", "me", key, key)
    assert status_of(create) == 409


@check
def a_device_is_updated_with_its_etag_and_with_none_else():
    registry = STATE["registry"]
    device = registry.get_device("generated")
    keys = device.authentication.symmetric_key
    arguments = (keys.primary_key, keys.secondary_key, "disabled")
    updated = registry.update_device_with_sas("generated", device.etag, *arguments)
    assert updated.status == "disabled"
    stale = lambda: registry.update_device_with_sas("generated", device.etag, *arguments)
    assert status_of(stale) == 412


@check
def devices_are_listed_counted_and_deleted():
    registry = STATE["registry"]
    assert {device.device_id for device in registry.get_devices(10)} == {"dev1", "generated"}
    statistics = registry.get_device_registry_statistics()
    counts = (statistics.total_device_count, statistics.disabled_device_count)
    assert counts == (2, 1), counts
    registry.delete_device("generated")
    assert status_of(lambda: registry.get_device("generated")) == 404


@check
def devices_are_created_in_bulk():
    from azure.iot.hub.protocol.models import ExportImportDevice

    registry = STATE["registry"]
    devices = [ExportImportDevice(id=f"bulk{n}", import_mode="create") for n in range(5)]
    assert registry.bulk_create_or_update_devices(devices).is_successful
    for device in devices:
        device.import_mode = "delete"
    assert registry.bulk_create_or_update_devices(devices).is_successful


# A device.


def connect(name, websockets=False):
    client = IoTHubDeviceClient.create_from_connection_string(
        device_string("dev1"), product_info=MODEL, websockets=websockets
    )
    client.connect()
    assert client.connected
    STATE[name] = client
    return client


@check
def a_device_connects_with_its_model():
    connect("device")
    twin = STATE["registry"].get_twin("dev1")
    assert twin.connection_state == "Connected"
    assert twin.additional_properties["modelId"] == MODEL
    assert STATE["registry"].get_service_statistics().connected_device_count == 1


@check
def a_device_reads_its_twin_and_reports():
    device = STATE["device"]
    assert device.get_twin() == {"desired": {"$version": 1}, "reported": {"$version": 1}}
    device.patch_twin_reported_properties({"serial": "s1", "nested": {"deep": [1, 2]}})
    twin = STATE["registry"].get_twin("dev1")
    assert twin.properties.reported["serial"] == "s1"
    assert twin.properties.reported["nested"] == {"deep": [1, 2]}
    assert twin.properties.reported["$version"] == 2
    assert "serial" in twin.properties.reported["$metadata"]


@check
def a_message_arrives_with_awkward_properties():
    message = Message(json.dumps({"temperature": 21.5}))
    message.message_id = "id 1/2+é"
    message.correlation_id = "c"
    message.content_type, message.content_encoding = "application/json", "utf-8"
    message.custom_properties["a b"] = "c&d=e/f+g é"
    message.custom_properties["$.sub"] = "thermostat1"
    STATE["device"].send_message(message)
    [event] = events("dev1")
    assert event["body"] == {"temperature": 21.5} and event["component"] == "thermostat1"
    assert event["modelId"] == MODEL
    assert event["applicationProperties"] == {"a b": "c&d=e/f+g é"}
    assert event["systemProperties"]["message-id"] == "id 1/2+é"
    assert event["systemProperties"]["iothub-connection-device-id"] == "dev1"


@check
def bytes_that_are_no_json_arrive_as_they_are():
    STATE["device"].send_message(Message(b"\x00\xff"))
    event = events("dev1")[-1]
    assert event["body"] is None and base64.b64decode(event["bodyBase64"]) == b"\x00\xff"


@check
def direct_methods_are_answered_with_and_without_payload():
    seen = []

    def answer(request):
        seen.append((request.name, request.payload))
        response = MethodResponse.create_from_method_request(request, 201, {"got": request.payload})
        STATE["device"].send_method_response(response)

    STATE["device"].on_method_request_received = answer
    call = CloudToDeviceMethod(method_name="reboot", payload={"delay": 5})
    result = STATE["registry"].invoke_device_method("dev1", call)
    assert (result.status, result.payload) == (201, {"got": {"delay": 5}})
    call = CloudToDeviceMethod(method_name="thermostat1*getMaxMinReport")
    result = STATE["registry"].invoke_device_method("dev1", call)
    assert result.status == 201
    assert [name for name, _ in seen] == ["reboot", "thermostat1*getMaxMinReport"], seen


@check
def a_method_of_an_absent_device_is_not_found():
    STATE["registry"].create_device_with_sas("absent", "", "", "enabled")
    call = CloudToDeviceMethod(method_name="reboot", payload=1)
    try:
        STATE["registry"].invoke_device_method("absent", call)
    except HttpOperationError as error:
        assert error.response.status_code == 404
        inner = json.loads(json.loads(error.response.text)["Message"])
        assert inner["errorCode"] == 404103, inner
    else:
        raise AssertionError("somebody answered")


# Twins.


def patches(client, name):
    received = []
    client.on_twin_desired_properties_patch_received = received.append
    STATE[name] = received
    return received


@check
def a_desired_change_reaches_the_device_as_it_was_written():
    received = patches(STATE["device"], "patches")
    registry = STATE["registry"]
    twin = registry.get_twin("dev1")
    patch = Twin(tags={"floor": 2}, properties=TwinProperties(desired={"target": 23}))
    # The handler's subscription may still be under way.
    time.sleep(0.3)
    updated = registry.update_twin("dev1", patch, twin.etag)
    eventually(lambda: received)
    assert received == [{"target": 23, "$version": 2}], received
    assert updated.tags == {"floor": 2} and updated.etag != twin.etag
    STATE["stale"] = twin.etag


@check
def a_stale_etag_fails_and_none_passes():
    registry = STATE["registry"]
    patch = Twin(properties=TwinProperties(desired={"target": 24}))
    assert status_of(lambda: registry.update_twin("dev1", patch, STATE["stale"])) == 412
    registry.update_twin("dev1", patch)
    eventually(lambda: len(STATE["patches"]) == 2)
    assert STATE["patches"][-1] == {"target": 24, "$version": 3}


@check
def a_twin_is_replaced():
    registry = STATE["registry"]
    new = Twin(tags={"room": "a"}, properties=TwinProperties(desired={"mode": "eco"}))
    replaced = registry.replace_twin("dev1", new)
    assert replaced.tags == {"room": "a"}
    desired = replaced.properties.desired
    assert "target" not in desired and desired["mode"] == "eco"
    eventually(lambda: len(STATE["patches"]) == 3)
    assert STATE["patches"][-1] == {"mode": "eco", "$version": 4}


@check
def queries_give_pages_with_continuations():
    registry = STATE["registry"]
    for n in range(3):
        registry.create_device_with_sas(f"query{n}", "", "", "enabled")
        registry.update_twin(f"query{n}", Twin(tags={"series": "q", "n": n}))
    query = QuerySpecification(query="SELECT * FROM devices WHERE tags.series = 'q'")
    first = registry.query_iot_hub(query, None, 2)
    assert [twin.device_id for twin in first.items] == ["query0", "query1"]
    second = registry.query_iot_hub(query, first.continuation_token, 2)
    assert [twin.device_id for twin in second.items] == ["query2"]
    assert second.continuation_token is None
    bad = QuerySpecification(query="SELECT FROM")
    assert status_of(lambda: registry.query_iot_hub(bad)) == 400


# Digital twins.


@check
def a_digital_twin_is_read_and_patched():
    client = DigitalTwinClient.from_connection_string(SERVICE)
    STATE["digital"] = client
    twin = client.get_digital_twin("dev1")
    assert twin["$dtId"] == "dev1" and twin["$metadata"]["$model"] == MODEL
    assert twin["serial"] == "s1"
    patch = [{"op": "add", "path": "/targetTemperature", "value": 42}]
    client.update_digital_twin("dev1", patch)
    eventually(lambda: len(STATE["patches"]) == 4)
    assert STATE["patches"][-1] == {"targetTemperature": 42, "$version": 5}
    about = client.get_digital_twin("dev1")["$metadata"]["targetTemperature"]
    assert about["desiredValue"] == 42 and about["desiredVersion"] == 5, about


@check
def commands_of_the_root_and_of_a_component_are_invoked():
    client = STATE["digital"]
    result = client.invoke_command("dev1", "reboot", 3)
    assert result == {"got": 3}, result
    since = "2020-01-01T00:00:00Z"
    result = client.invoke_component_command("dev1", "thermostat1", "getMaxMinReport", since)
    assert result == {"got": since}, result


# Modules.


@check
def a_module_has_its_own_twin_methods_and_outputs():
    registry = STATE["registry"]
    module = IoTHubModuleClient.create_from_connection_string(device_string("dev1", "mod1"))
    module.connect()
    received = []
    module.on_twin_desired_properties_patch_received = received.append

    def answer(request):
        module.send_method_response(MethodResponse.create_from_method_request(request, 200, "m"))

    module.on_method_request_received = answer
    time.sleep(0.3)
    patch = Twin(properties=TwinProperties(desired={"interval": 7}))
    registry.update_module_twin("dev1", "mod1", patch)
    eventually(lambda: received == [{"interval": 7, "$version": 2}])
    module.patch_twin_reported_properties({"up": True})
    assert registry.get_module_twin("dev1", "mod1").properties.reported["up"] is True
    call = CloudToDeviceMethod(method_name="ping", payload=None)
    result = registry.invoke_device_module_method("dev1", "mod1", call)
    assert result.payload == "m"
    module.send_message_to_output(Message("out"), "output1")
    event = [event for event in events("dev1") if event["moduleId"] == "mod1"][-1]
    assert event["systemProperties"]["iothub-outputname"] == "output1", event
    module.shutdown()


# Cloud to device.


@check
def messages_to_a_device_wait_and_arrive_once():
    registry = STATE["registry"]
    body = {"body": {"hello": 1}, "properties": {"a b": "c/d"}, "systemProperties": {"message-id": "m1"}}
    own_surface("POST", "devices/dev1/messages", body)
    assert registry.get_device("dev1").cloud_to_device_message_count == 1
    received = []
    STATE["device"].on_message_received = received.append
    eventually(lambda: received)
    message = received[0]
    assert json.loads(message.data) == {"hello": 1}
    assert message.custom_properties == {"a b": "c/d"} and message.message_id == "m1"
    eventually(lambda: registry.get_device("dev1").cloud_to_device_message_count == 0)
    own_surface("POST", "devices/dev1/messages", {"body": 2})
    eventually(lambda: len(received) == 2)


# Links.


@check
def a_dropped_link_comes_back_with_its_subscriptions():
    links = lambda: [
        event["applicationProperties"]["opType"]
        for event in events("dev1", "deviceConnectionStateEvents")
        if event["moduleId"] is None
    ]
    before = links()
    assert own_surface("POST", "faults", {"fault": "dropLink", "deviceId": "dev1"}) == {"dropped": True}
    # The first attempt comes after 10 ms, the next ones 10 s apart.
    eventually(lambda: links() == before + ["deviceDisconnected", "deviceConnected"], 30)
    call = CloudToDeviceMethod(method_name="again", payload=1)
    result = STATE["registry"].invoke_device_method("dev1", call)
    assert result.payload == {"got": 1}


@check
def a_wrong_key_is_a_credential_error():
    from azure.iot.device.exceptions import CredentialError

    key = base64.b64encode(b"wrong" * 6).decode()
    client = IoTHubDeviceClient.create_from_connection_string(
        f"HostName=localhost;DeviceId=dev1;SharedAccessKey={key}"
    )
    try:
        client.connect()
    except CredentialError:
        pass
    else:
        raise AssertionError("it was let in")
    finally:
        client.shutdown()


@check
def a_device_goes():
    STATE.pop("device").shutdown()
    eventually(lambda: STATE["registry"].get_twin("dev1").connection_state == "Disconnected")


@check
def a_device_works_over_websockets():
    if "127.0.0.1:443" not in READY["https"]:
        raise AssertionError("the hub must listen on port 443: the SDK can't be told another")
    device = connect("websocket", websockets=True)
    assert device.get_twin()["reported"]["serial"] == "s1"
    device.patch_twin_reported_properties({"serial": "s2"})
    device.send_message(Message("x" * 200_000))
    event = events("dev1")[-1]
    assert len(base64.b64decode(event["bodyBase64"])) == 200_000
    device.shutdown()


# Provisioning.


def group_member_key(registration):
    group = base64.b64decode(READY["dpsGroupKey"])
    return base64.b64encode(hmac.new(group, registration.encode(), hashlib.sha256).digest()).decode()


def provision(websockets):
    registration = "provisioned-ws" if websockets else "provisioned"
    key = group_member_key(registration)
    client = ProvisioningDeviceClient.create_from_symmetric_key(
        "localhost", registration, READY["dpsIdScope"], key, websockets=websockets
    )
    client.provisioning_payload = {"modelId": MODEL}
    result = client.register()
    assert result.status == "assigned", result
    assert str(result.registration_state)
    state = result.registration_state
    assert (state.device_id, state.assigned_hub) == (registration, "localhost")
    device = IoTHubDeviceClient.create_from_symmetric_key(key, state.assigned_hub, state.device_id)
    device.connect()
    device.send_message(Message("{}"))
    device.shutdown()
    assert len(events(registration)) == 1


@check
def a_member_of_the_enrollment_group_is_provisioned_and_connects():
    provision(websockets=False)


@check
def provisioning_works_over_websockets():
    provision(websockets=True)


@check
def a_stranger_is_not_provisioned():
    client = ProvisioningDeviceClient.create_from_symmetric_key(
        "localhost", "stranger", READY["dpsIdScope"], group_member_key("other")
    )
    try:
        client.register()
    except Exception:
        pass
    else:
        raise AssertionError("it was let in")


# Certificates.


@check
def a_device_connects_with_a_self_signed_certificate():
    folder = tempfile.mkdtemp()
    certificate, key = os.path.join(folder, "c.pem"), os.path.join(folder, "k.pem")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
    os.system(f"{command} -subj /CN=x509dev -keyout {key} -out {certificate} 2>/dev/null")
    with open(certificate) as file:
        der = ssl.PEM_cert_to_DER_cert(file.read())
    thumbprint = hashlib.sha1(der).hexdigest().upper()
    STATE["registry"].create_device_with_x509("x509dev", thumbprint, thumbprint, "enabled")
    device = IoTHubDeviceClient.create_from_x509_certificate(
        X509(certificate, key), "localhost", "x509dev"
    )
    device.connect()
    device.send_message(Message("{}"))
    device.shutdown()
    assert "x509Certificate" in events("x509dev")[0]["systemProperties"]["iothub-connection-auth-method"]
    STATE["certificate"] = (certificate, key)


@check
def a_certificate_of_nobody_is_refused():
    certificate, key = STATE["certificate"]
    device = IoTHubDeviceClient.create_from_x509_certificate(
        X509(certificate, key), "localhost", "dev1"
    )
    try:
        device.connect()
    except Exception:
        pass
    else:
        raise AssertionError("it was let in")
    finally:
        device.shutdown()


def main():
    passed = 0
    for function in CHECKS:
        began = time.monotonic()
        name = function.__name__.replace("_", " ")
        try:
            function()
        except Exception:
            print(f"FAILED {name}", flush=True)
            traceback.print_exc()
        else:
            passed += 1
            print(f"ok     {name} ({1000 * (time.monotonic() - began):.0f} ms)", flush=True)
    print(f"interop: {passed}/{len(CHECKS)}", flush=True)
    # Threads of clients that failed halfway must not keep the process.
    os._exit(0 if passed == len(CHECKS) else 1)


main()
