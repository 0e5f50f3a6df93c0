"""A Thynapse worker with nothing but pyzmq: it catches events as one of a service, and answers each with the sum of its numbers.

usage: thynapse_worker.py PORT SERVICE PATTERN

Commands are `J COMMAND {json}`, one per frame, on a DEALER socket to the transmitter's command port:
HELO -> WLCM, CTCH -> OKAY, then TASK -> DONE or FAIL for as long as it runs, and PING -> PONG. GBYE ends it.
"""

import json
import os
import signal
import sys

import zmq

port, service, pattern = sys.argv[1:4]
line = zmq.Context.instance().socket(zmq.DEALER)
line.connect(f"tcp://127.0.0.1:{port}")


def say(command: str, **fields: object) -> None:
    line.send(b"J " + command.encode() + b" " + json.dumps(fields).encode())


def hear():
    """The commands of one message, each with its fields."""
    for frame in line.recv_multipart():
        _encoding, command, payload = frame.split(b" ", 2)
        yield command.decode(), json.loads(payload)


def work(numbers: list) -> float:
    return sum(numbers)


def leave(*_):
    raise KeyboardInterrupt


signal.signal(signal.SIGTERM, leave)
cell = os.urandom(20).hex()
answers = {}  # A task may come again when the line broke; it must not be worked on twice.
say("HELO", id=cell, service=service, capacity=4)
try:
    while True:
        for command, fields in hear():
            if command == "WLCM":
                say("CTCH", pattern=pattern, id="patterns", confirm=True)
            elif command == "OKAY":
                print(f"catching {pattern}", flush=True)
            elif command == "TASK":
                task = fields["id"]
                if task not in answers:
                    try:
                        answers[task] = ("DONE", {"re": task, "data": work(fields["data"])})
                    except (KeyError, TypeError) as error:
                        say("FAIL", re=task, message=f"no numbers: {error}", final=True)
                        continue
                name, answer = answers[task]
                say(name, **answer)
                while len(answers) > 1000:
                    answers.pop(next(iter(answers)))
            elif command == "PING":
                say("PONG")
            elif command == "ERRR":
                sys.exit(f"{fields['code']}: {fields['message']}")
            elif command == "GBYE":
                sys.exit("the transmitter left")
except KeyboardInterrupt:
    say("GBYE")
    line.close(linger=1000)
