using System.Globalization;
using System.Reflection;
using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Tests.Invocation;

/// <summary>What messages call methods, types and captured variables.</summary>
public sealed class WordingTests
{
    [Fact]
    public void A_closure_is_told_by_the_variables_that_the_lambda_uses()
    {
        int used = DateTime.UnixEpoch.Day;
        string other = DateTime.UnixEpoch.ToString(CultureInfo.InvariantCulture);
        Func<int, int> lambda = value => value + used;
        Func<string> neighbour = () => other;

        Assert.Equal("'used', of type System.Int32", DelegateRules.CapturedBy(lambda));
        Assert.Equal("'other', of type System.String", DelegateRules.CapturedBy(neighbour));
    }

    [Fact]
    public void A_variable_of_an_outer_block_is_told_and_not_its_closure()
    {
        int outer = DateTime.UnixEpoch.Day;
        for (int i = 0; i < 1; i++)
        {
            int inner = i;
            Func<int> both = () => outer + inner;
            Func<int> one = () => outer;

            Assert.Equal(1, both() + one() - one());
            Assert.Equal(
                ["'inner', of type System.Int32", "'outer', of type System.Int32"],
                DelegateRules.CapturedBy(both)!.Split(", '").Select(static part => part.StartsWith('\'') ? part : "'" + part).Order());
            Assert.Equal("'outer', of type System.Int32", DelegateRules.CapturedBy(one));
        }
    }

    [Fact]
    public void What_an_asynchronous_lambda_or_one_inside_it_uses_is_told()
    {
        int used = DateTime.UnixEpoch.Day;
        string other = DateTime.UnixEpoch.ToString(CultureInfo.InvariantCulture);
        Func<Task<int>> asynchronous = async () =>
        {
            await Task.Yield();
            return used;
        };
        Func<int[]> nested = () => [.. Enumerable.Range(0, 2).Select(value => value + used)];

        Assert.NotEmpty(other);
        Assert.Equal("'used', of type System.Int32", DelegateRules.CapturedBy(asynchronous));
        Assert.Equal("'used', of type System.Int32", DelegateRules.CapturedBy(nested));
        Assert.NotNull((Func<string>)(() => other));
    }

    [Fact]
    public void A_method_is_called_as_the_code_has_it()
    {
        const string Here = "Offloop.Tests.Invocation.WordingTests.A_method_is_called_as_the_code_has_it";
        Assert.Equal("Offloop.SampleTasks.Basics.Square", MethodNames.Of(((Func<int, int>)Basics.Square).Method));
        Assert.StartsWith($"{Here}.lambda", MethodNames.Of(((Func<int, int>)(static value => value)).Method), StringComparison.Ordinal);
        Assert.Equal($"{Here}.Local", MethodNames.Of(((Func<int, int>)Local).Method));
        Assert.Equal("Offloop.Tests.Invocation.WordingTests.Nested.Run", MethodNames.Of(((Action)Nested.Run).Method));
        MethodInfo main = Assembly.Load("Offloop.WorkerHost").EntryPoint!;
        Assert.Equal("Program.Main", MethodNames.Of(main));

        static int Local(int value) => value;
    }

    [Fact]
    public void An_array_is_called_by_its_dimensions()
    {
        Assert.Equal("System.Int32[]", TypeNames.Of(typeof(int[])));
        Assert.Equal("System.Int32[,]", TypeNames.Of(typeof(int[,])));
        Assert.Equal("System.Collections.Generic.List<System.Int32[,,]>", TypeNames.Of(typeof(List<int[,,]>)));
    }

    [Fact]
    public void A_type_of_NET_is_not_told_to_change()
    {
        string reason = Assert.Throws<ArgumentException>(
            () => PayloadFormat.Default.Require(typeof(System.Net.IPAddress), "argument")).Message;
        Assert.Contains("add a converter for it", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("give it a setter", reason, StringComparison.Ordinal);
    }

    private static class Nested
    {
        public static void Run()
        {
        }
    }
}
