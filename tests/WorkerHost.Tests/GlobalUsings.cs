global using Offloop.SampleTasks;
global using Xunit;
