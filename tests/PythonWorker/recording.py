"""The same worker, which writes what travels on its control pipe to the file of OFFLOOP_RECORD, one message a line."""
import json
import os

import channel
from tasks import ENTRY_POINTS
from worker import serve

if __name__ == "__main__":
    record = open(os.environ["OFFLOOP_RECORD"], "a", encoding="utf-8", buffering=1)
    send, messages = channel.ControlPipe.send, channel.ControlPipe.messages

    def recorded_send(self, message):
        record.write("from the worker: " + json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        send(self, message)

    def recorded_messages(self):
        for message in messages(self):
            record.write("to the worker: " + json.dumps(message) + "\n")
            yield message

    channel.ControlPipe.send, channel.ControlPipe.messages = recorded_send, recorded_messages
    serve(ENTRY_POINTS)
