"""What only shows over time, with the official Python SDK: a hub that is killed and started again under
a connected device, and the renewal of a token. The SDK never asks for its subscriptions again, so both
fail with a hub that forgets them.

    lifetime.py READY_FILE HUB_COMMAND…

Starts the hub itself, by the command, which must make it write READY_FILE and keep its data.
"""

import json
import os
import signal
import subprocess
import sys
import time

from azure.iot.device import IoTHubDeviceClient, MethodResponse
from azure.iot.hub import IoTHubRegistryManager
from azure.iot.hub.models import CloudToDeviceMethod, Twin, TwinProperties

READY_FILE, COMMAND = sys.argv[1], sys.argv[2:]


def start():
    if os.path.exists(READY_FILE):
        os.remove(READY_FILE)
    hub = subprocess.Popen(COMMAND, stdout=subprocess.DEVNULL)
    while not os.path.exists(READY_FILE):
        assert hub.poll() is None, "the hub did not start"
        time.sleep(0.02)
    with open(READY_FILE) as file:
        ready = json.load(file)
    os.environ.update(ready["env"])
    return hub, ready


def eventually(what, condition, seconds):
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, what
        time.sleep(0.05)
    print(f"ok     {what} ({time.monotonic() - began:.1f} s)", flush=True)


class Device:
    def __init__(self, registry, name, **options):
        keys = registry.create_device_with_sas(name, "", "", "enabled").authentication
        key = keys.symmetric_key.primary_key
        self.registry, self.name, self.patches, self.connects = registry, name, [], 0
        self.client = IoTHubDeviceClient.create_from_connection_string(
            f"HostName=localhost;DeviceId={name};SharedAccessKey={key}", **options
        )
        self.client.on_connection_state_change = self.changed
        self.client.on_method_request_received = self.answer
        self.client.on_twin_desired_properties_patch_received = self.patches.append
        self.client.connect()
        self.client.get_twin()

    def changed(self):
        self.connects += self.client.connected

    def answer(self, request):
        self.client.send_method_response(
            MethodResponse.create_from_method_request(request, 200, request.payload)
        )

    def works(self, number):
        """Whether a method and a desired change get through."""
        call = CloudToDeviceMethod(method_name="echo", payload=number)
        assert self.registry.invoke_device_method(self.name, call).payload == number
        desired = Twin(properties=TwinProperties(desired={"n": number}))
        self.registry.update_twin(self.name, desired)
        end = time.monotonic() + 5
        while not any(patch.get("n") == number for patch in self.patches):
            assert time.monotonic() < end, "the desired change did not arrive"
            time.sleep(0.02)
        return True


def main():
    hub, ready = start()
    registry = IoTHubRegistryManager.from_connection_string(ready["serviceConnectionString"])
    survivor = Device(registry, "survivor")
    # Renewed 120 s before its end, so 4 s from now: the shortest that the SDK allows for.
    renewer = Device(registry, "renewer", sastoken_ttl=124)
    assert survivor.works(1) and renewer.works(1)
    before = renewer.connects
    eventually("a token is renewed", lambda: renewer.connects > before, 20)
    assert renewer.works(2)
    print("ok     methods and desired changes go on after a renewal", flush=True)

    before = survivor.connects
    hub.send_signal(signal.SIGKILL)
    hub.wait()
    hub, ready = start()
    eventually("a device comes back after the hub was killed", lambda: survivor.connects > before, 40)
    assert survivor.works(3)
    print("ok     methods and desired changes go on after a restart", flush=True)
    twin = registry.get_twin("survivor")
    assert twin.properties.desired["$version"] == 3, twin.properties.desired
    print("lifetime: 4/4", flush=True)
    hub.kill()


try:
    main()
except BaseException as error:
    print(f"FAILED {error!r}", flush=True)
    os._exit(1)
os._exit(0)
