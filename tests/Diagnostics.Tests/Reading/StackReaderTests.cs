using System.Diagnostics;
using Offloop.Diagnostics.Reading;

namespace Offloop.Tests.Reading;

/// <summary>What cannot be read is said in one sentence.</summary>
public sealed class StackReaderTests
{
    [Fact]
    public void A_process_that_is_gone_is_said_to_be_unreadable()
    {
        using var gone = Process.Start("true");
        gone.WaitForExit();

        StackReading read = StackReader.Read(gone.Id);

        Assert.Empty(read.Tasks);
        Assert.StartsWith("Its stacks could not be read: ", read.Note, StringComparison.Ordinal);
    }

    /// <summary>It is not stopped, because its parent is this process, whose runtime waits for children too: now and then it had taken what
    /// the debugging library waited for, for ever. A worker is read by a process that is not its parent.</summary>
    [Fact]
    public void A_process_without_a_runtime_is_said_to_have_none()
    {
        using var other = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true })!;

        StackReading read = StackReader.Glance(other.Id);

        other.StandardInput.Close();
        other.WaitForExit();
        Assert.StartsWith(
            "Its stacks could not be read: it has no .NET runtime that could be found, as is so in a self-contained single file;",
            read.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Shop.Take(Int32[], System.String)", "Shop.Take(Int32[], System.String)")]
    [InlineData(
        "Dictionary`2[[System.Int64, System.Private.CoreLib],[System.Int32[], System.Private.CoreLib]].Add(Int64)",
        "Dictionary`2[System.Int64,System.Int32[]].Add(Int64)")]
    [InlineData(
        "A`1[[B`2[[C, D],[E`1[[F, G]], H, Version=1.0.0.0]], I.J]].M[[K, L]](N`1<O>, P ByRef)",
        "A`1[B`2[C,E`1[F]]].M[K](N`1<O>, P ByRef)")]
    public void A_frame_has_no_names_of_assemblies(string signature, string frame) => Assert.Equal(frame, FrameText.Readable(signature));
}
