using Offloop.Protocol;
using Offloop.WorkerHost.Start;

/// <summary>Runs the worker in an application's own executable, before its Main. The runtime looks for this name, without a namespace, in
/// each assembly of DOTNET_STARTUP_HOOKS (docs/design/features/host-startup-hook.md of dotnet/runtime).</summary>
internal static class StartupHook
{
    /// <summary>Ends the process when the worker has ended, so that the application's Main never runs.</summary>
    public static void Initialize()
    {
        if (WorkerVariable.TakeBack())
            Environment.Exit(WorkerProgram.Run());
    }
}
