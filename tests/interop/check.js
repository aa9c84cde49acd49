// Runs the official Node SDKs, unmodified, against a running hub, as check.py does the Python ones. Trust
// comes from NODE_EXTRA_CA_CERTS alone. The service SDK knows port 443 only.
//
//     node check.js READY_FILE
//
// Prints one line a check and ends with `node: passed/total`.
"use strict";

const assert = require("node:assert");
const crypto = require("node:crypto");
const fs = require("node:fs");
const { Client, Message, ModuleClient } = require("azure-iot-device");
const { Mqtt, MqttWs } = require("azure-iot-device-mqtt");
const { Client: ServiceClient, DigitalTwinClient, IoTHubTokenCredentials, Registry } = require("azure-iothub");
const { ProvisioningDeviceClient } = require("azure-iot-provisioning-device");
const { Mqtt: ProvisioningMqtt } = require("azure-iot-provisioning-device-mqtt");
const { SymmetricKeySecurityClient } = require("azure-iot-security-symmetric-key");

const ready = JSON.parse(fs.readFileSync(process.argv[2]));
const service = ready.serviceConnectionString.replace(/HostName=localhost:\d+/, "HostName=localhost");
const model = "dtmi:com:example:Thermostat;1";
const registry = Registry.fromConnectionString(service);
const state = {};

/** What a callback API gives, as a promise. */
const promise = (call) =>
  new Promise((resolve, reject) => call((error, result) => (error ? reject(error) : resolve(result))));

async function eventually(condition, seconds = 5) {
  const end = Date.now() + 1000 * seconds;
  while (!(await condition())) {
    assert(Date.now() < end, `it did not happen within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function connectionString(device, module) {
  const path = module ? await registry.getModule(device, module) : await registry.get(device);
  const key = path.responseBody.authentication.symmetricKey.primaryKey;
  return `HostName=localhost;DeviceId=${device};${module ? `ModuleId=${module};` : ""}SharedAccessKey=${key}`;
}

const report = (twin, patch) => promise((done) => twin.properties.reported.update(patch, done));

function answer(client, name) {
  const respond = (request, response) => response.send(201, { got: request.payload }, () => {});
  client.onDeviceMethod ? client.onDeviceMethod(name, respond) : client.onMethod(name, respond);
}

const invoke = async (name, payload) => {
  const client = ServiceClient.fromConnectionString(service);
  const { result } = await client.invokeDeviceMethod("node1", { methodName: name, payload });
  return result;
};

const checks = {
  async "a device is created, found, and a conflict the second time"() {
    await registry.create({ deviceId: "node1" });
    const { responseBody } = await registry.get("node1");
    assert.strictEqual(responseBody.deviceId, "node1");
    await assert.rejects(registry.create({ deviceId: "node1" }), { name: "DeviceAlreadyExistsError" });
    await assert.rejects(registry.get("missing"), { name: "DeviceNotFoundError" });
  },

  async "a device connects with its model and reads its twin"() {
    state.device = Client.fromConnectionString(await connectionString("node1"), Mqtt);
    await state.device.setOptions({ modelId: model });
    await state.device.open();
    state.twin = await state.device.getTwin();
    const { responseBody } = await registry.getTwin("node1");
    assert.strictEqual(responseBody.modelId, model);
    assert.strictEqual(responseBody.connectionState, "Connected");
  },

  async "a device reports and sends"() {
    await report(state.twin, { serial: "s1", list: [1, 2] });
    const { responseBody } = await registry.getTwin("node1");
    assert.deepStrictEqual(responseBody.properties.reported.list, [1, 2]);
    const message = new Message(JSON.stringify({ temperature: 21 }));
    message.messageId = "id 1/2+é";
    message.contentType = "application/json";
    message.contentEncoding = "utf-8";
    message.properties.add("a b", "c&d=e/f+g é");
    await state.device.sendEvent(message);
  },

  async "a method is answered"() {
    answer(state.device, "reboot");
    await eventually(async () => {
      const result = await invoke("reboot", { delay: 5 }).catch(() => null);
      return result && result.status === 201 && result.payload.got.delay === 5;
    });
  },

  async "a method of an absent device is not found"() {
    const client = ServiceClient.fromConnectionString(service);
    await registry.create({ deviceId: "node-absent" });
    await assert.rejects(client.invokeDeviceMethod("node-absent", { methodName: "m", payload: 1 }));
  },

  async "a desired change reaches the device; a stale etag fails"() {
    const seen = [];
    state.twin.on("properties.desired", (patch) => seen.push(patch));
    // The subscription is under way, and what comes before it is not kept for it.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { responseBody: before } = await registry.getTwin("node1");
    const patch = { tags: { floor: 1 }, properties: { desired: { target: 23 } } };
    await registry.updateTwin("node1", patch, before.etag);
    await eventually(() => seen.some((patch) => patch.target === 23));
    await assert.rejects(registry.updateTwin("node1", patch, before.etag), { name: "InvalidEtagError" });
  },

  async "a query gives pages"() {
    const query = registry.createQuery("SELECT deviceId FROM devices WHERE deviceId IN ['node1', 'node-absent']", 1);
    const found = [];
    while (query.hasMoreResults) {
      // Without the token, the SDK asks for the first page again and again.
      const page = await query.next(query.continuationToken);
      found.push(...page.result.map((row) => row.deviceId));
    }
    assert.deepStrictEqual(found.sort(), ["node-absent", "node1"]);
  },

  async "a digital twin is read, and its command invoked"() {
    const client = new DigitalTwinClient(new IoTHubTokenCredentials(service));
    const twin = await client.getDigitalTwin("node1");
    assert.strictEqual(twin.$metadata.$model, model);
    const result = await client.invokeCommand("node1", "reboot", 3);
    assert.deepStrictEqual(result.body, { got: 3 });
  },

  async "a module has its twin and its method"() {
    await registry.addModule({ deviceId: "node1", moduleId: "m1" });
    const module = ModuleClient.fromConnectionString(await connectionString("node1", "m1"), Mqtt);
    await module.open();
    const twin = await module.getTwin();
    await report(twin, { up: true });
    const { responseBody } = await registry.getModuleTwin("node1", "m1");
    assert.strictEqual(responseBody.properties.reported.up, true);
    await module.sendOutputEvent("output1", new Message("out"));
    await module.close();
  },

  async "subscriptions outlive the renewal of a token"() {
    // Renewed by the SDK itself after 2 s; it does not subscribe again (iot-hub 3.4).
    const device = Client.fromConnectionString(await connectionString("node1"), Mqtt);
    await state.device.close();
    device.setOptions({ tokenRenewal: { tokenValidTimeInSeconds: 6, tokenRenewalMarginInSeconds: 4 } });
    await device.open();
    answer(device, "after");
    await eventually(async () => (await invoke("after", 1).catch(() => ({}))).status === 201);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    assert.strictEqual((await invoke("after", 2)).payload.got, 2);
    await device.close();
  },

  async "a device works over WebSocket"() {
    const device = Client.fromConnectionString(await connectionString("node1"), MqttWs);
    await device.open();
    const twin = await device.getTwin();
    await report(twin, { serial: "s2" });
    await device.sendEvent(new Message("x".repeat(100_000)));
    await device.close();
  },

  async "a member of the enrollment group is provisioned and connects"() {
    const group = Buffer.from(ready.dpsGroupKey, "base64");
    const key = crypto.createHmac("sha256", group).update("node-provisioned").digest("base64");
    const security = new SymmetricKeySecurityClient("node-provisioned", key);
    const client = ProvisioningDeviceClient.create("localhost", ready.dpsIdScope, new ProvisioningMqtt(), security);
    client.setProvisioningPayload({ modelId: model });
    const result = await promise((done) => client.register(done));
    assert.strictEqual(result.assignedHub, "localhost");
    const text = `HostName=${result.assignedHub};DeviceId=${result.deviceId};SharedAccessKey=${key}`;
    const device = Client.fromConnectionString(text, Mqtt);
    await device.open();
    await device.close();
  },
};

async function main() {
  let passed = 0;
  for (const [name, check] of Object.entries(checks)) {
    const began = Date.now();
    try {
      await Promise.race([
        check(),
        new Promise((_, reject) => setTimeout(() => reject(new Error("it took more than 40 s")), 40_000)),
      ]);
      passed += 1;
      console.log(`ok     ${name} (${Date.now() - began} ms)`);
    } catch (error) {
      console.log(`FAILED ${name}\n${error.stack}`);
    }
  }
  const total = Object.keys(checks).length;
  console.log(`node: ${passed}/${total}`);
  process.exit(passed === total ? 0 : 1);
}

main();
