using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Offloop.Tests;

/// <summary>Data that JSON would change without an error is refused: by its type at the submit on every executor, by its value as it
/// is written.</summary>
public abstract class LossContractTests(ExecutorKind kind, IExecutorSource? source = null) : ContractTests(kind, source)
{
    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task A_stack_whose_items_would_be_reversed_is_refused()
    {
        await RefusesAsync(new Stack<int>(), "System.Collections.Generic.Stack<System.Int32>", "reverse order", "a list");
        await RefusesAsync(new ConcurrentStack<int>(), "reverse order");
        await RefusesAsync(ImmutableStack<int>.Empty, "reverse order");
        await RefusesAsync<IImmutableStack<int>>(ImmutableStack<int>.Empty, "reverse order");
        await RefusesAsync(new List<Stack<int>>(), "reverse order");
        Assert.Equal([1, 2], await SharedExecutor.SubmitAsync(PayloadTasks.Same, new Queue<int>([1, 2])));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task An_array_of_two_dimensions_is_refused_as_what_it_is()
    {
        await RefusesAsync(new int[2, 2], "System.Int32[,] is an array of 2 dimensions", "an array of arrays");
        await RefusesAsync(new string[1, 1, 1], "System.String[,,] is an array of 3 dimensions");
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task A_type_that_JSON_can_write_and_not_read_is_refused()
    {
        await RefusesAsync(new HashSet<int> { 1 }.ToFrozenSet(), "FrozenSet<System.Int32>", "write and not read", "a list");
        await RefusesAsync(new Dictionary<string, int>().ToFrozenDictionary(), "write and not read");
        await RefusesAsync(new List<int>().AsReadOnly(), "write and not read");
        await RefusesAsync(new UnboundNumber(5), "constructor parameter 'number'", "a public property or field of that name");
        Assert.Equal([1], await SharedExecutor.SubmitAsync(PayloadTasks.Same, ImmutableList.Create(1)));
        await ComesBackAsync<IReadOnlyCollection<int>>(new List<int> { 1 });
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task A_private_field_that_would_come_back_as_zero_is_refused()
    {
        await RefusesAsync(new HiddenNumber(5), "private field '_number'", "Number reads", "constructor parameter", "[NonSerialized]");
        await RefusesAsync(new HiddenItems(), "private field '_items'", "Items reads");
        await RefusesAsync(new DerivesHiddenItems(), "private field '_items'", "Items reads");
        await RefusesAsync(new HiddenCents(5), "private field '_cents'", "Amount reads");
        await RefusesAsync(new HiddenCells(), "private field '_cells'", "get_Item reads");
        await RefusesAsync(new Dictionary<string, HiddenNumber>(), "'_number'");
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task A_private_field_that_is_no_data_or_is_carried_is_allowed()
    {
        HoldsItsOwn back = await SharedExecutor.SubmitAsync(PayloadTasks.Same, new HoldsItsOwn { Number = 5 });
        Assert.Equal((5, 6, 25, "a"), (back.Number, back.Raised(), back.Square(), back.FirstName()));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task A_dictionary_or_a_set_with_a_comparer_is_not_sent_without_it()
    {
        await ChangesAsync(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase), "OrdinalIgnoreCaseComparer", "its items");
        await ChangesAsync(new Dictionary<string, int>(StringComparer.InvariantCulture), "comparer");
        await ChangesAsync<IDictionary<string, int>>(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase), "comparer");
        await ChangesAsync<IReadOnlyDictionary<string, int>>(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase), "comparer");
        await ChangesAsync(new ConcurrentDictionary<string, int>(StringComparer.OrdinalIgnoreCase), "comparer");
        await ChangesAsync(new HashSet<string>(StringComparer.OrdinalIgnoreCase), "comparer");
        await ChangesAsync<ISet<string>>(new HashSet<string>(StringComparer.OrdinalIgnoreCase), "comparer");
        await ChangesAsync<IReadOnlySet<string>>(new HashSet<string>(StringComparer.OrdinalIgnoreCase), "comparer");
        await ChangesAsync(ImmutableDictionary.Create<string, int>(StringComparer.OrdinalIgnoreCase), "comparer");
        await ChangesAsync(ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase), "comparer");
        await ChangesAsync(new SortedDictionary<string, int>(StringComparer.Ordinal), "comparer");
        await ChangesAsync(new SortedSet<int>(Comparer<int>.Create(static (x, y) => y - x)), "comparer");
        await ChangesAsync(
            new Dictionary<string, Dictionary<string, int>> { ["in"] = new(StringComparer.OrdinalIgnoreCase) }, "comparer");
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K115")]
    public async Task Dictionaries_and_sets_with_a_usual_comparer_come_back_equal()
    {
        await ComesBackAsync(new Dictionary<string, int> { ["a"] = 1 });
        await ComesBackAsync(new Dictionary<string, int>(StringComparer.Ordinal) { ["a"] = 1 });
        await ComesBackAsync(new Dictionary<int, int>(EqualityComparer<int>.Default) { [1] = 1 });
        await ComesBackAsync(new HashSet<string>(StringComparer.Ordinal) { "a" });
        await ComesBackAsync(new ConcurrentDictionary<string, int> { ["a"] = 1 });
        await ComesBackAsync(new SortedDictionary<string, int> { ["b"] = 2, ["a"] = 1 });
        await ComesBackAsync(new SortedList<int, string> { [1] = "a" });
        await ComesBackAsync(new SortedSet<int> { 2, 1 });
        await ComesBackAsync(ImmutableDictionary<string, int>.Empty.Add("a", 1));
        await ComesBackAsync(ImmutableSortedDictionary<string, int>.Empty.Add("a", 1));
        await ComesBackAsync(ImmutableSortedSet.Create(3, 1));
        await ComesBackAsync<IEnumerable<string>>(new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "a" }); // read as a list
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task Half_of_a_surrogate_pair_is_not_sent_as_another_character()
    {
        await ChangesAsync("ab\ud83d", "half of a surrogate pair (U+D83D) at index 2", "bytes");
        await ChangesAsync("\ude00\ud83d", "U+DE00) at index 0");
        await ChangesAsync('\ud83d', "a char is half of a surrogate pair (U+D83D)");
        await ChangesAsync<List<char>>(['a', '\ude00'], "half of a surrogate pair");
        await ChangesAsync(new Dictionary<string, int> { ["\ud83d"] = 1 }, "half of a surrogate pair");
        await ChangesAsync(new Dictionary<char, int> { ['\ud83d'] = 1 }, "half of a surrogate pair");
        await ChangesAsync(("a", ("\ud83d", 1)), "half of a surrogate pair");
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K115")]
    public async Task The_replacement_character_itself_comes_back()
    {
        await ComesBackAsync("a\ufffdb\ud83d\ude00");
        await ComesBackAsync('\ufffd');
        await ComesBackAsync<List<char>>(['\ufffd', 'a']);
        await ComesBackAsync(new Dictionary<char, string> { ['\ufffd'] = "\ufffd" });
        await using Executor relaxed = Create(new ExecutorSetup { JsonOptions = Formats.Relaxed });
        Assert.Equal("\ufffdä", await relaxed.SubmitAsync(PayloadTasks.Same, "\ufffdä"));
        if (RoundTrips)
            await Assert.ThrowsAsync<ExecutorException>(() => relaxed.SubmitAsync(PayloadTasks.Same, "\ud83dä"));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "K116")]
    public async Task A_cycle_is_refused_in_one_short_sentence()
    {
        Chain ring = Chain.Ring();
        if (!RoundTrips)
        {
            Assert.Same(ring, await SharedExecutor.SubmitAsync(Nesting.Echo, ring));
            return;
        }
        var error = await Assert.ThrowsAsync<ExecutorException>(() => SharedExecutor.SubmitAsync(Nesting.Echo, ring));
        Assert.Contains("refers to itself ($.Next.Next.Next…)", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 1, 400);
    }

    private async Task RefusesAsync<T>(T argument, params string[] parts)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(
            "work", () => SharedExecutor.SubmitAsync(PayloadTasks.Same, argument));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    /// <summary>A value that JSON would change: it fails where it is written, and is passed as it is elsewhere.</summary>
    private async Task ChangesAsync<T>(T argument, params string[] parts)
        where T : notnull
    {
        if (!RoundTrips)
        {
            Assert.StrictEqual(argument, await SharedExecutor.SubmitAsync(PayloadTasks.Same, argument));
            return;
        }
        var error = await Assert.ThrowsAsync<ExecutorException>(() => SharedExecutor.SubmitAsync(PayloadTasks.Same, argument));
        Assert.Equal((FailureCause.Payload, TaskPhase.NotStarted), (error.Failure.Cause, error.Failure.Phase));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private async Task ComesBackAsync<T>(T value) => Assert.Equal(value, await SharedExecutor.SubmitAsync(PayloadTasks.Same, value));
}
