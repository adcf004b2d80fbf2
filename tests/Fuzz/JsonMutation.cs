using System.Text;
using System.Text.Json;

namespace Offloop.Fuzz;

/// <summary>Replaces a value of a JSON text by another one, so that most inputs pass the parser and reach the code behind it.</summary>
internal static class JsonMutation
{
    private static readonly byte[][] s_values = [.. ((string[])
    [
        "null", "true", "0", "1", "2", "3", "4", "5", "6", "7", "8", "-1", "13", "512", "65536", "2147483647", "-2147483648", "4294967296",
        "9223372036854775807", "-9223372036854775808", "1e400", "-0.0", "1.5", "NaN", "\"NaN\"", "\"Infinity\"", "\"\"",
        "\"\\ud800\"", "\"\\u0000\"", "\"AA==\"", "\"%%%\"",
        "[]", "{}", "[null]", "[[]]", "[1]", "[2]", "[1,{}]", "[2,\"AAAA\"]", "[3,1]", "[255]", "{\"$type\":\"System.Object\"}",
        "\"Report\"", "\"Log\"", "\"Run\"", "\"Cancel\"", "\"Dispose\"",
        "\"$/cancelRequest\"", "\"$/progress\"", "\"$/releaseMarshaledObject\"",
        "\"System.Exception\"", "\"System.AggregateException\"", "\"System.Object\"",
        "\"System.Net.Http.HttpRequestException, System.Net.Http\"",
        "\"System.Collections.Generic.List`1[[Evil.Type, Evil]]\"", "\"System.String[]\"", "\"A+B+C\"", "\"*\"",
    ]).Select(Encoding.UTF8.GetBytes)];

    /// <summary>Returns null if the input is no longer JSON.</summary>
    public static byte[]? Apply(byte[] input, Mutator mutator)
    {
        if (Values(input) is not { Count: > 0 } values)
            return null;
        (int start, int end) = values[mutator.Random.Next(values.Count)];
        (int otherStart, int otherEnd) = values[mutator.Random.Next(values.Count)];
        byte[] value = mutator.Random.Next(40) switch
        {
            0 => Nested(1 + mutator.Random.Next(80)),
            1 => Many(1 + mutator.Random.Next(2000), mutator.Pick<byte[]>(s_values)),
            2 => Text(mutator.Random.Next(mutator.Random.Next(50) == 0 ? 100_000 : 1_000)),
            3 => [(byte)'"', 0xC3, 0x28, 0xFF, (byte)'"'],
            < 8 => input[otherStart..otherEnd],
            _ => mutator.Pick<byte[]>(s_values),
        };
        return [.. input[..start], .. value, .. input[end..]];
    }

    /// <summary>The positions of the values: scalars and whole containers.</summary>
    private static List<(int Start, int End)>? Values(byte[] input)
    {
        List<(int, int)> values = [];
        var open = new Stack<int>();
        try
        {
            var reader = new Utf8JsonReader(input, new JsonReaderOptions { MaxDepth = 200 });
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push((int)reader.TokenStartIndex);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        values.Add((open.Pop(), (int)reader.BytesConsumed));
                        break;
                    case not JsonTokenType.PropertyName:
                        values.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed));
                        break;
                }
            }
        }
        catch (JsonException)
        {
            return null;
        }
        return values;
    }

    private static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));

    private static byte[] Many(int count, byte[] value) =>
        Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(Encoding.UTF8.GetString(value), count))}]");

    private static byte[] Text(int length) => Encoding.UTF8.GetBytes($"\"{new string('x', length)}\"");
}
