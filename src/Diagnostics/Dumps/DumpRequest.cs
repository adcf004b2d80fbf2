namespace Offloop.Diagnostics.Dumps;

/// <summary>A worker whose memory is to be written to a file.</summary>
/// <param name="ProcessId">The worker.</param>
/// <param name="File">The file.</param>
/// <param name="Content">How much of it.</param>
internal sealed record DumpRequest(int ProcessId, string File, DumpContent Content);
