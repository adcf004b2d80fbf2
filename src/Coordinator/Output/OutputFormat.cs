namespace Offloop.Coordinator.Output;

/// <summary>How the results of a run are written.</summary>
internal enum OutputFormat
{
    Text,
    Json,
}
