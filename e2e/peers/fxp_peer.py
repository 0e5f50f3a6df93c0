"""The steps of the FXP table with nothing but redis-py: a peer that shares no code with ours.

usage: fxp_peer.py provider PORT SERVICE          serves one session, answering {"n": x} with {"n": x + 1}
       fxp_peer.py requestor PORT SERVICE ID N    asks N times, prints every answer
"""

import json
import sys

import redis


def provider(client, service):
    subscription = client.pubsub()
    subscription.subscribe(service)
    while subscription.get_message(timeout=10)["type"] != "subscribe":
        pass
    print("registered", flush=True)
    for message in subscription.listen():
        if message["type"] == "message":
            session = message["data"].decode()
            break
    inputs, outputs = f"{session}__{service}__req2pro", f"{session}__{service}__pro2req"
    while True:
        item = client.brpop(inputs, timeout=10)
        if item is None:
            sys.exit(f"nothing came on {inputs}")
        value = json.loads(item[1])
        if value.get("stop"):
            print("stopped", flush=True)
            return
        client.lpush(outputs, json.dumps({"n": value["n"] + 1}))


def requestor(client, service, session, count):
    channels = [name.decode() for name in client.pubsub_channels(service)]
    if channels != [service]:
        sys.exit(f"{service} is not available, only {channels}")
    inputs, outputs = f"{session}__{service}__req2pro", f"{session}__{service}__pro2req"
    client.delete(outputs)
    client.delete(inputs)
    client.publish(service, session)
    for n in range(count):
        client.lpush(inputs, json.dumps({"n": n}))
        item = client.brpop(outputs, timeout=10)
        if item is None:
            sys.exit(f"nothing came on {outputs}")
        print(item[1].decode(), flush=True)


role, port, service, *rest = sys.argv[1:]
connection = redis.Redis(host="127.0.0.1", port=int(port))
if role == "provider":
    provider(connection, service)
else:
    requestor(connection, service, rest[0], int(rest[1]))
