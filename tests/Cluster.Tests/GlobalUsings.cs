global using Offloop.SampleTasks;
global using Xunit;
global using Offloop.Cluster.Options; // the exception of a start that has failed
