"""A worker that claims to speak another version of the protocol once it is connected."""
import worker
from tasks import ENTRY_POINTS

if __name__ == "__main__":
    run = worker.Worker.run

    def run_as_another(self):
        worker.VERSION = 1
        run(self)

    worker.Worker.run = run_as_another
    worker.serve(ENTRY_POINTS)
