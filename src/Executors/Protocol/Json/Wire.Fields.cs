using System.Text.Json;
using Offloop.Payloads;

namespace Offloop.Protocol;

/// <content>One method for each type of field.</content>
internal ref partial struct Wire
{
    public int Int32(ReadOnlySpan<byte> name, int value, Need need)
    {
        if (_writer is not null)
        {
            if (need == Need.Required || value != 0)
                _writer.WriteNumber(name, value);
        }
        else if (Take(name, "integer", need))
        {
            value = _reader.GetInt32();
            Next();
        }
        return value;
    }

    public int? Int32OrNull(ReadOnlySpan<byte> name, int? value)
    {
        if (_writer is not null)
        {
            if (value is { } given)
                _writer.WriteNumber(name, given);
        }
        else if (Take(name, "integer or null", Need.Optional))
        {
            value = _reader.TokenType == JsonTokenType.Null ? null : _reader.GetInt32();
            Next();
        }
        return value;
    }

    public long Int64(ReadOnlySpan<byte> name, long value, Need need)
    {
        if (_writer is not null)
        {
            if (need == Need.Required || value != 0)
                _writer.WriteNumber(name, value);
        }
        else if (Take(name, "integer of 64 bits", need))
        {
            value = _reader.GetInt64();
            Next();
        }
        return value;
    }

    /// <summary>A member of an enumeration, by its number.</summary>
    public int Code(ReadOnlySpan<byte> name, int value, Type numbers, Need need)
    {
        if (_writer is not null)
        {
            if (need == Need.Required || value != 0)
                _writer.WriteNumber(name, value);
        }
        else if (Take(name, _table is null ? "" : numbers.Name, need, numbers))
        {
            value = _reader.GetInt32();
            Next();
        }
        return value;
    }

    public bool Boolean(ReadOnlySpan<byte> name, bool value)
    {
        if (_writer is not null)
        {
            if (value)
                _writer.WriteBoolean(name, value);
        }
        else if (Take(name, "boolean", Need.Optional))
        {
            value = _reader.GetBoolean();
            Next();
        }
        return value;
    }

    public string Text(ReadOnlySpan<byte> name, string value, Need need)
    {
        if (_writer is not null)
        {
            if (need == Need.Required || value.Length > 0)
                _writer.WriteString(name, value);
        }
        else if (Take(name, "string", need))
        {
            value = _reader.GetString() ?? throw new JsonException("A text is null.");
            Next();
        }
        return value;
    }

    public string? TextOrNull(ReadOnlySpan<byte> name, string? value)
    {
        if (_writer is not null)
        {
            if (value is not null)
                _writer.WriteString(name, value);
        }
        else if (Take(name, "string or null", Need.Optional))
        {
            value = _reader.GetString();
            Next();
        }
        return value;
    }

    public Guid Guid(ReadOnlySpan<byte> name, Guid value)
    {
        if (_writer is not null)
        {
            _writer.WriteString(name, value);
        }
        else if (Take(name, "string, a GUID", Need.Required))
        {
            value = _reader.GetGuid();
            Next();
        }
        return value;
    }

    public byte[] Bytes(ReadOnlySpan<byte> name, byte[] value)
    {
        if (_writer is not null)
        {
            _writer.WriteBase64String(name, value);
        }
        else if (Take(name, "string, base64", Need.Required))
        {
            value = _reader.GetBytesFromBase64();
            Next();
        }
        return value;
    }

    public PayloadRef Payload(ReadOnlySpan<byte> name, PayloadRef value, Need need)
    {
        if (_writer is not null)
        {
            if (need == Need.Required || value.Kind != PayloadKind.None)
            {
                _writer.WritePropertyName(name);
                value.Write(_writer);
            }
        }
        else if (Take(name, "payload", need))
        {
            value = PayloadRef.Read(ref _reader, _json);
            Next();
        }
        return value;
    }

    public int[] Int32s(ReadOnlySpan<byte> name, int[] value, Need need)
    {
        if (_writer is not null)
        {
            if (need == Need.Required || value.Length > 0)
            {
                _writer.WriteStartArray(name);
                foreach (int number in value)
                    _writer.WriteNumberValue(number);
                _writer.WriteEndArray();
            }
        }
        else if (Take(name, "array of integers", need))
        {
            List<int> numbers = [];
            StartArray();
            while (NextElement())
                numbers.Add(_reader.GetInt32());
            value = [.. numbers];
            Next();
        }
        return value;
    }

    /// <summary>Values of any kind, as they stand in the JSON.</summary>
    public ReadOnlyMemory<byte>[] Values(ReadOnlySpan<byte> name, ReadOnlyMemory<byte>[] value)
    {
        if (_writer is not null)
        {
            if (value.Length > 0)
            {
                _writer.WriteStartArray(name);
                foreach (ReadOnlyMemory<byte> json in value)
                    _writer.WriteRawValue(json.Span, skipInputValidation: true);
                _writer.WriteEndArray();
            }
        }
        else if (Take(name, "array of JSON values", Need.Optional))
        {
            List<ReadOnlyMemory<byte>> values = [];
            StartArray();
            while (NextElement())
                values.Add(JsonValues.RawHere(ref _reader, _json));
            value = [.. values];
            Next();
        }
        return value;
    }

    public string[] Texts(ReadOnlySpan<byte> name, string[] value)
    {
        if (_writer is not null)
        {
            if (value.Length > 0)
            {
                _writer.WriteStartArray(name);
                foreach (string text in value)
                    _writer.WriteStringValue(text);
                _writer.WriteEndArray();
            }
        }
        else if (Take(name, "array of strings", Need.Optional))
        {
            List<string> texts = [];
            StartArray();
            while (NextElement())
                texts.Add(_reader.GetString() ?? throw new JsonException("A text is null."));
            value = [.. texts];
            Next();
        }
        return value;
    }

    public T? Message<T>(ReadOnlySpan<byte> name, T? value, MessageShape<T> shape)
        where T : class
    {
        if (_writer is not null)
        {
            if (value is not null)
            {
                _writer.WritePropertyName(name);
                Write(shape, value);
            }
        }
        else if (Take(name, shape.Name, Need.Optional))
        {
            value = _reader.TokenType == JsonTokenType.Null ? null : (T)ReadObject(shape);
            Next();
        }
        return value;
    }

    /// <summary>Messages in an array. One that is null is refused, or left out if <paramref name="dropsNull"/> says so.</summary>
    public T[] Messages<T>(ReadOnlySpan<byte> name, T[] value, MessageShape<T> shape, Need need, bool dropsNull = false)
        where T : class
    {
        if (_writer is not null)
        {
            if (need == Need.Required || value.Length > 0)
            {
                _writer.WriteStartArray(name);
                foreach (T message in value)
                    Write(shape, message);
                _writer.WriteEndArray();
            }
        }
        else if (Take(name, _table is null ? "" : $"array of {shape.Name}", need))
        {
            List<T> messages = [];
            StartArray();
            while (NextElement())
            {
                if (!dropsNull || _reader.TokenType != JsonTokenType.Null)
                    messages.Add((T)ReadObject(shape));
            }
            value = [.. messages];
            Next();
        }
        return value;
    }
}
