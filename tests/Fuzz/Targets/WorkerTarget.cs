using Nerdbank.Streams;
using Offloop.Protocol;
using Offloop.WorkerHost;

namespace Offloop.Fuzz.Targets;

/// <summary>The worker, with its task thread.</summary>
internal sealed class WorkerTarget : SessionTarget
{
    public override string Name => "worker";

    protected override RogueSession Open(Mutator mutator) => new PretendedCoordinator();

    private sealed class PretendedCoordinator : RogueSession
    {
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
            var launch = new LaunchMessage
            {
                Version = LaunchMessage.CurrentVersion,
                WorkerId = 1,
                CoordinatorProcessId = Environment.ProcessId,
                ControlPipe = "",
                DataPipe = "",
                StartMarkFile = _markFile,
                ServerSecret = [],
                WorkerSecret = [],
                MaxMessageBytes = 1 << 20,
            };
            End = new RogueEnd(theirs, theirData);
            _runner = new TaskRunner(launch);
            _link = CoordinatorLink.Start(ours, ourData, launch, _runner, new LinkTrouble(static _ => { }, static _ => { }) { GoesOn = true });
            _running = Task.Factory.StartNew(() => _runner.Run(_link), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
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
                // A pipe in memory that is closed under its writer says this; a real one throws what the worker expects.
            }
            _runner.Dispose();
            File.Delete(_markFile);
        }
    }
}
