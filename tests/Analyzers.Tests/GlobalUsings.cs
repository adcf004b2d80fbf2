global using Offloop.Tests.Support;
global using Xunit;
