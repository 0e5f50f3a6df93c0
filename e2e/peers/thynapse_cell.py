"""A Thynapse cell that knows only HELO, WLCM and EVNT, with nothing but pyzmq.

usage: thynapse_cell.py PORT SERVICE listen CHANNEL N    prints the first N events of a channel
       thynapse_cell.py PORT SERVICE all CHANNEL N       prints the channels of all that comes until N events of this one
                                                         have; what is no event has a `-` before it
       thynapse_cell.py PORT SERVICE send CHANNEL N      sends N events numbered from 0
"""

import json
import os
import sys

import zmq

port, service, role, channel, count = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])
context = zmq.Context()
command = context.socket(zmq.DEALER)
command.connect(f"tcp://127.0.0.1:{port}")
command.send(b"J HELO " + json.dumps({"id": os.urandom(20).hex(), "service": service}).encode())
if not command.poll(10_000):
    sys.exit("no WLCM came")
encoding, name, payload = command.recv().split(b" ", 2)
assert (encoding, name) == (b"J", b"WLCM"), (encoding, name)
welcome = json.loads(payload)
assert len(welcome["id"]) == 40, welcome
print("welcome", flush=True)

if role == "send":
    for n in range(count):
        command.send(b"J EVNT " + json.dumps({"channel": channel, "data": {"n": n}}).encode())
else:
    events = context.socket(zmq.SUB)
    # An event that arrives tells that the subscription stands: a test sends until it sees this cell has one.
    events.setsockopt(zmq.SUBSCRIBE, b"" if role == "all" else channel.encode())
    events.connect(welcome["pub"])
    received = 0
    while received < count:
        if not events.poll(10_000):
            sys.exit(f"only {received} events came")
        topic, *frames = events.recv_multipart()
        for frame in frames:
            encoding, name, payload = frame.split(b" ", 2)
            is_event = (encoding, name) == (b"J", b"EVNT")
            if role == "all":
                print(topic.decode() if is_event else f"-{topic.decode()}", flush=True)
            else:
                assert is_event, frame
            if is_event and topic.decode() == channel:
                event = json.loads(payload)
                if role == "listen":
                    print(json.dumps(event["data"]), flush=True)
                received += 1
    events.close()
command.close(linger=2000)
context.term()
