using System.Diagnostics;

namespace Offloop.Fuzz;

/// <summary>The results of a run of one target.</summary>
internal sealed record FuzzResult(string Target, long Inputs, long Refused, TimeSpan Time, long GrownBytes);

/// <summary>Thrown when a run fails. The message says how to repeat it.</summary>
internal sealed class FuzzException(string message, Exception innerException) : Exception(message, innerException);

/// <summary>Feeds mutated inputs to a target until the time or the number of inputs is used up, or something goes wrong.</summary>
internal static class FuzzRun
{
    /// <summary>The bytes by which the managed heap may grow after the first tenth of a run, when everything is warm.</summary>
    private const long MaxGrowth = 32 << 20;

    /// <param name="target">The target; disposed at the end.</param>
    /// <param name="seed">The seed of the inputs.</param>
    /// <param name="time">The time after which the run ends.</param>
    /// <param name="maxInputs">The number of inputs after which the run ends.</param>
    /// <param name="isAlone">Whether nothing else in this process allocates, so that the heap can be judged.</param>
    public static async Task<FuzzResult> RunAsync(FuzzTarget target, int seed, TimeSpan time, long maxInputs, bool isAlone)
    {
        byte[][] corpus = Corpus.Of(target.Name);
        var mutator = new Mutator(seed);
        var clock = Stopwatch.StartNew();
        long inputs = 0;
        long warm = 0;
        byte[] input = [];
        try
        {
            await using (target)
            {
                for (; inputs < maxInputs && clock.Elapsed < time; inputs++)
                {
                    if (warm == 0 && (inputs >= maxInputs / 10 || clock.Elapsed >= time / 10))
                        warm = GC.GetTotalMemory(forceFullCollection: true);
                    input = mutator.Next(corpus, target.IsJson);
                    await target.TakeAsync(input, mutator).WaitAsync(FuzzTarget.HangTime);
                }
            }
            long grown = GC.GetTotalMemory(forceFullCollection: true) - warm;
            return grown <= MaxGrowth || !isAlone
                ? new FuzzResult(target.Name, inputs, target.Refused, clock.Elapsed, grown)
                : throw new InvalidOperationException($"The heap grew by {grown} bytes.");
        }
        catch (Exception error) // any exception is the finding
        {
            string text = Convert.ToBase64String(input.AsSpan(0, Math.Min(input.Length, 3000)));
            throw new FuzzException(
                $"Target {target.Name}, seed {seed}, input {inputs} failed while {target.Stage}: {error.Message}{Environment.NewLine}"
                + $"The input, in base64: {text}",
                error);
        }
    }
}
