using Offloop.Protocol;
using Offloop.WorkerHost.Start;

// Started by "dotnet exec". In an application that is its own host, StartupHook takes this place.
WorkerVariable.TakeBack();
return WorkerProgram.Run();
