"""The same worker, which writes its launch line and its messages to the file of OFFLOOP_RECORD, one message a line."""
import json
import os

import channel
import worker
from tasks import ENTRY_POINTS

if __name__ == "__main__":
    record = open(os.environ["OFFLOOP_RECORD"], "a", encoding="utf-8", buffering=1)
    start, send, messages = worker.Worker.__init__, channel.MessagePipes.send, channel.MessagePipes.messages

    def write(where, message):
        record.write(f"{where} {json.dumps(message, ensure_ascii=False)}\n")

    def recorded_start(self, launch, entry_points):
        write("launch", {**launch, "serverSecret": "…", "workerSecret": "…"})
        start(self, launch, entry_points)

    def recorded_send(self, message):
        write("<-", {"jsonrpc": "2.0", **message})
        send(self, message)

    def recorded_messages(self):
        for message in messages(self):
            write("->", message)
            yield message

    worker.Worker.__init__ = recorded_start
    channel.MessagePipes.send, channel.MessagePipes.messages = recorded_send, recorded_messages
    worker.serve(ENTRY_POINTS)
