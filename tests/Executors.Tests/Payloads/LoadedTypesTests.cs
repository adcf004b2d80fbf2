using System.Reflection;
using Offloop.Payloads;

namespace Offloop.Tests.Payloads;

/// <summary>A worker names the type of an exception. A loaded type may be made, but a name never makes anything load.</summary>
public sealed class LoadedTypesTests
{
    [Theory]
    [InlineData("System.InvalidOperationException")]
    [InlineData("System.Exception")]
    [InlineData("Offloop.SampleTasks.CustomException")]
    public void An_exception_type_that_is_loaded_is_found(string name)
    {
        _ = typeof(CustomException);
        Assert.Equal(name, LoadedTypes.FindException(name)?.FullName);
    }

    [Theory]
    [InlineData("")]
    [InlineData("System.Object")]
    [InlineData("System.String")]
    [InlineData("System.Exception[]")]
    [InlineData("System.Exception&")]
    [InlineData("System.Exception*")]
    [InlineData("System.Exception, System.Private.CoreLib")]
    [InlineData("System.Collections.Generic.List`1[[Some.Type, Some.Assembly]]")]
    [InlineData("System.Collections.Generic.List`1")]
    [InlineData("No.Such.Type")]
    [InlineData("System.Exception\0")]
    [InlineData("+")]
    [InlineData(".")]
    [InlineData("System.Exception+")]
    public void Anything_else_is_not(string name) => Assert.Null(LoadedTypes.FindException(name));

    [Fact]
    [Trait("Conformance", "J112")]
    public void A_name_that_a_loaded_assembly_forwards_loads_no_other_assembly()
    {
        // netstandard.dll forwards it; nothing here uses that assembly.
        const string Name = "System.IO.IsolatedStorage.IsolatedStorageException";
        Assembly facade = Assembly.Load("netstandard");
        Assert.SkipWhen(IsLoaded("System.IO.IsolatedStorage"), "It is loaded already.");

        Assert.Null(LoadedTypes.FindException(Name));
        Assert.False(IsLoaded("System.IO.IsolatedStorage"));

        Assert.NotNull(facade.GetType(Name)); // as the runtime would have done
        Assert.True(IsLoaded("System.IO.IsolatedStorage"));
    }

    [Fact]
    public void An_exception_whose_constructor_throws_or_that_cannot_be_made_is_a_plain_one()
    {
        foreach (string type in (string[])[typeof(ThrowingException).FullName!, typeof(CodeException).FullName!, typeof(AbstractException)
            .FullName!])
        {
            var envelope = new ExceptionEnvelope { Type = type, Message = "m" };
            Exception made = ExceptionRebuilder.Rebuild(envelope, new TaskFailure { Cause = FailureCause.TaskException });
            Assert.Equal(type, Assert.IsType<RemoteTaskException>(made).RemoteType);
        }
    }

    [Fact]
    [Trait("Conformance", "J112")]
    public void A_failure_with_a_million_causes_is_cut()
    {
        var leaf = new ExceptionEnvelope { Type = "X", Message = new string('m', 10_000), StackTrace = new string('s', 10_000) };
        var wide = new ExceptionEnvelope { Type = "Y", Message = "m", Inner = [.. Enumerable.Repeat(leaf, 1_000_000)] };

        ExceptionEnvelope cut = wide.Bounded();

        Assert.InRange(cut.Inner.Length, 1, 31);
        Assert.InRange(cut.Inner.Sum(inner => inner.Message.Length + inner.StackTrace.Length), 1, 70_000);
    }

    private static bool IsLoaded(string name) => AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == name);

    private sealed class ThrowingException : Exception
    {
        public ThrowingException(string message)
            : base(message) => throw new InvalidOperationException("never");
    }

    private abstract class AbstractException(string message) : Exception(message);
}
