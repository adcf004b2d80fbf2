using System.Text;
using System.Text.Json;

namespace Offloop.Protocol;

/// <summary>Carries a message's fields in one direction: into a writer, out of JSON, or into a table that describes them. A message's
/// <see cref="MessageFields{T}"/> calls one method for each field, with its current value, and keeps the value that comes back.
/// <para>Reading goes through the fields in order. Our JSON has the same order, so each name is compared once. For JSON in another order,
/// reading goes through the fields again. It skips names that nobody takes. Reading throws <see cref="JsonException"/>,
/// <see cref="FormatException"/>, <see cref="InvalidOperationException"/> or <see cref="OverflowException"/>.</para></summary>
internal ref partial struct Wire
{
    private static readonly JsonReaderOptions s_readerOptions = new() { MaxDepth = MessageFormatter.MaxDepth };

    private readonly Utf8JsonWriter? _writer;
    private readonly List<WireField>? _table;
    private readonly ReadOnlyMemory<byte> _json;
    private Utf8JsonReader _reader;
    private int _index;
    private uint _required;
    private uint _seen;
    private bool _hasTaken;

    public Wire(Utf8JsonWriter writer) => _writer = writer;

    public Wire(List<WireField> table) => _table = table;

    public Wire(ReadOnlyMemory<byte> json)
    {
        _json = json;
        _reader = new Utf8JsonReader(json.Span, s_readerOptions);
    }

    /// <summary>Reads the message that is the whole JSON; null only if that is allowed.</summary>
    public object? Read(MessageShape shape, bool orNull = false)
    {
        _reader.Read();
        return orNull && _reader.TokenType == JsonTokenType.Null ? null : ReadObject(shape);
    }

    /// <summary>Reads the number that is the whole JSON.</summary>
    public int ReadInt32()
    {
        _reader.Read();
        return _reader.GetInt32();
    }

    public void Write(MessageShape shape, object message)
    {
        _writer!.WriteStartObject();
        shape.Fields(message, ref this);
        _writer!.WriteEndObject();
    }

    /// <summary>Reads an object, from its start token to its end token.</summary>
    private object ReadObject(MessageShape shape)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"A message has something else where a {shape.Name} is expected.");
        (int index, uint required, uint seen) = (_index, _required, _seen);
        object message = shape.New();
        (_required, _seen) = (0, 0);
        _reader.Read();
        do
        {
            (_index, _hasTaken) = (0, false);
            shape.Fields(message, ref this);
            if (!_hasTaken && _reader.TokenType == JsonTokenType.PropertyName)
                SkipField();
        }
        while (_reader.TokenType != JsonTokenType.EndObject);
        if ((_required & ~_seen) is not 0 and var missing)
            throw Missing(shape, missing);
        (_index, _required, _seen, _hasTaken) = (index, required, seen, true);
        return message;
    }

    /// <summary>Whether the value of this field comes now. If so, the reader stands on it, and the caller
    /// steps on with <see cref="Next"/>.</summary>
    private bool Take(ReadOnlySpan<byte> name, string type, Need need, Type? numbers = null)
    {
        if (_table is not null)
        {
            _table.Add(new WireField(Encoding.UTF8.GetString(name), type, need, numbers));
            return false;
        }
        uint bit = 1u << _index++;
        if (need == Need.Required)
            _required |= bit;
        if (_reader.TokenType != JsonTokenType.PropertyName || !_reader.ValueTextEquals(name))
            return false;
        _seen |= bit;
        _hasTaken = true;
        _reader.Read();
        return true;
    }

    /// <summary>Steps from a value to the name of the next field, or to the end of the object.</summary>
    private void Next() => _reader.Read();

    private void SkipField()
    {
        _reader.Read();
        _reader.Skip();
        _reader.Read();
    }

    private void StartArray()
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("A message has something else where an array is expected.");
    }

    /// <summary>Steps to the next element; false at the end of the array.</summary>
    private bool NextElement()
    {
        _reader.Read();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    private static JsonException Missing(MessageShape shape, uint fields)
    {
        string name = shape.Describe()[int.TrailingZeroCount((int)fields)].Name;
        return new JsonException($"A {shape.Name} has no {name}.");
    }
}
