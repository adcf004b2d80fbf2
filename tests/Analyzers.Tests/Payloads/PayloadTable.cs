#pragma warning disable CA1051, CA1812, CA1823, CS0169, CS0649, IDE0044, IDE0051 // the fields are rows of a table, read by reflection
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Numerics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Offloop.SampleTasks;

namespace Offloop.Tests.Payloads;

/// <summary>The type of each field goes through the executors' contract and through the analyzer's. Both have to say the same.</summary>
public static class PayloadTable
{
    // Values
    public static readonly bool Boolean;
    public static readonly int? NullableNumber;
    public static readonly string Text = "";
    public static readonly decimal Money;
    public static readonly DateTimeOffset Time;
    public static readonly Int128 Large;
    public static readonly Half Small;
    public static readonly Uri? Address;
    public static readonly Version? Release;
    public static readonly Guid Id;
    public static readonly DayOfWeek Day;
    public static readonly JsonElement Element;
    public static readonly JsonNode? Node;
    public static readonly JsonObject? JsonDictionary;
    public static readonly BigInteger Huge;
    public static readonly Complex Complex;
    public static readonly Exception? Failure;
    public static readonly InvalidOperationException? OwnFailure;

    // What has no meaning elsewhere
    public static readonly object? Anything;
    public static readonly Action? Code;
    public static readonly Func<int>? Function;
    public static readonly Stream? Bytes;
    public static readonly MemoryStream? MemoryBytes;
    public static readonly Task? Work;
    public static readonly Task<int>? WorkWithResult;
    public static readonly ValueTask ValueWork;
    public static readonly CancellationToken Token;
    public static readonly nint Handle;
    public static readonly nuint UnsignedHandle;
    public static readonly Type? Reflected;
    public static readonly MethodInfo? Method;

    // Collections
    public static readonly byte[]? Raw;
    public static readonly ReadOnlyMemory<byte> RawMemory;
    public static readonly Memory<int> Numbers;
    public static readonly ReadOnlyMemory<object> Objects;
    public static readonly int[]? Row;
    public static readonly int[][]? Rows;
    public static readonly int[,]? Matrix;
    public static readonly string[,,]? Cube;
    public static readonly List<string>? List;
    public static readonly List<Stack<int>>? ListOfStacks;
    public static readonly Stack<int>? Stack;
    public static readonly ConcurrentStack<string>? SharedStack;
    public static readonly ImmutableStack<int>? FixedStack;
    public static readonly IImmutableStack<int>? AnyFixedStack;
    public static readonly Queue<int>? Queue;
    public static readonly ConcurrentQueue<int>? SharedQueue;
    public static readonly Dictionary<string, Point>? Dictionary;
    public static readonly Dictionary<string, GetOnly>? DictionaryOfLoss;
    public static readonly IReadOnlyDictionary<DayOfWeek, int[]>? AnyDictionary;
    public static readonly IDictionary<string, object>? Bag;
    public static readonly SortedSet<int>? Sorted;
    public static readonly FrozenSet<int>? Frozen;
    public static readonly FrozenDictionary<string, int>? FrozenDictionary;
    public static readonly ReadOnlyCollection<int>? ReadOnly;
    public static readonly Collection<int>? Plain;
    public static readonly ImmutableArray<int> FixedArray;
    public static readonly ImmutableList<Point>? FixedList;
    public static readonly ImmutableDictionary<string, GetOnly>? FixedDictionary;
    public static readonly IEnumerable<int>? Sequence;
    public static readonly ISet<string>? Set;
    public static readonly ArrayList? Untyped;
    public static readonly Hashtable? UntypedDictionary;
    public static readonly IEnumerable? UntypedSequence;
    public static readonly BitArray? Bits;
    public static readonly OwnList? OwnList;
    public static readonly UnmakeableList? Unmakeable;
    public static readonly ArraySegment<int> Segment;
    public static readonly KeyValuePair<string, int> Pair;
    public static readonly KeyValuePair<string, object> PairOfLoss;

    // Tuples and objects
    public static readonly (string Name, int Age) Tuple;
    public static readonly (int, Action) TupleOfLoss;
    public static readonly (int, int, int, int, int, int, int, (string, decimal)) LongTuple;
    public static readonly Tuple<int, string>? OldTuple;
    public static readonly Tuple<int, object>? OldTupleOfLoss;
    public static readonly Point? Record;
    public static readonly PointStruct RecordStruct;
    public static readonly Tree? Recursive;
    public static readonly GetOnly? GetOnly;
    public static readonly GetOnlyBound? Bound;
    public static readonly WrongBound? WrongBound;
    public static readonly PrivateSetter? PrivateSetter;
    public static readonly IncludedSetter? IncludedSetter;
    public static readonly Fields? Fields;
    public static readonly ReadOnlyField? ReadOnlyField;
    public static readonly Ignores? Ignores;
    public static readonly Renamed? Renamed;
    public static readonly HidesBase? Hides;
    public static readonly OverridesBase? Overrides;
    public static readonly Converted? Converted;
    public static readonly ConvertedMember? ConvertedMember;
    public static readonly Extended? Extended;
    public static readonly AbstractShape? Abstract;
    public static readonly IComparable? Interface;
    public static readonly Shape? Polymorphic;
    public static readonly LossyShape? LossyPolymorphic;
    public static readonly NoConstructor? NoConstructor;
    public static readonly TwoConstructors? TwoConstructors;
    public static readonly ChosenConstructor? ChosenConstructor;
    public static readonly Generic<int>? Generic;
    public static readonly Generic<object>? GenericOfLoss;
    public static readonly StringComparer? Comparer;
    public static readonly System.Text.StringBuilder? Builder;
    public static readonly System.Net.IPAddress? NetworkAddress;

    // Private fields
    public static readonly UnboundNumber? UnboundNumber;
    public static readonly HiddenNumber? HiddenNumber;
    public static readonly HiddenItems? HiddenItems;
    public static readonly DerivesHiddenItems? DerivesHiddenItems;
    public static readonly HiddenCents HiddenCents;
    public static readonly HiddenCells? HiddenCells;
    public static readonly HoldsItsOwn? HoldsItsOwn;
    public static readonly Counter? Counter;
    public static readonly Iterates? Iterates;
    public static readonly GivenByTuple? GivenByTuple;
}
