using Nerdbank.Streams;
using Offloop.Protocol;
using Offloop.WorkerHost.Link;
using Offloop.WorkerHost.Tasks;

namespace Offloop.Fuzz.Targets;

/// <summary>Fuzzes the worker's side, with its task thread.</summary>
internal sealed class WorkerTarget : SessionTarget
{
    public override string Name => "worker";

    protected override RogueSession Open(Mutator mutator) => new PretendedCoordinator();

    private sealed class PretendedCoordinator : RogueSession
    {
        private const long MaxMessageBytes = 1 << 20;

        private readonly string _markFile = Path.GetTempFileName();
        private readonly TaskRunner _runner;
        private readonly CoordinatorLink _link;
        private readonly Task _running;

        public PretendedCoordinator()
        {
            File.Delete(_markFile);
            StartMark.Create(_markFile).Dispose();
            (Stream ours, Stream theirs) = FullDuplexStream.CreatePair();
            (Stream ourData, Stream theirData) = FullDuplexStream.CreatePair();
            End = new RogueEnd(theirs, theirData);
            _runner = new TaskRunner(new StartMark(_markFile), MaxMessageBytes);
            var trouble = new LinkTrouble(static _ => { }, static _ => { }) { GoesOn = true };
            _link = CoordinatorLink.Start(ours, ourData, new LinkLimits(MaxMessageBytes), _runner, trouble);
            _running = Task.Factory.StartNew(
                () => _runner.Run(_link), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        public override RogueEnd End { get; }

        public override bool IsOver => _running.IsCompleted;

        public override Task<bool> IsAnsweredAsync() => End.AsksAsync(nameof(IWorker.PingAsync), "[]");

        public override async ValueTask DisposeAsync()
        {
            End.Dispose();
            _link.Dispose();
            ((IWorker)_runner).Leave();
            try
            {
                await _running;
            }
            catch (InvalidOperationException error) when (error.Source == "System.IO.Pipelines")
            {
                // A pipe in memory throws this if it is closed under its writer. A real one throws an exception that the worker expects.
            }
            _runner.Dispose();
            File.Delete(_markFile);
        }
    }
}
