using System.Runtime.CompilerServices;

namespace Offloop.Protocol;

/// <summary>Names each field of a message once, with its type. The same lines write it, read it and describe it.</summary>
internal delegate void MessageFields<T>(T message, ref Wire wire);

/// <summary>One kind of message and the table of its fields.</summary>
internal abstract class MessageShape(string name)
{
    /// <summary>The name in the documentation.</summary>
    public string Name { get; } = name;

    public abstract Type Type { get; }

    /// <summary>Returns the table of fields.</summary>
    public IReadOnlyList<WireField> Describe()
    {
        List<WireField> table = [];
        var wire = new Wire(table);
        Fields(New(), ref wire);
        return table;
    }

    /// <summary>Makes a message without any value. Each field comes from the wire or keeps its default.</summary>
    public abstract object New();

    public abstract void Fields(object message, ref Wire wire);
}

/// <inheritdoc/>
internal sealed class MessageShape<T>(string name, MessageFields<T> fields) : MessageShape(name)
    where T : class
{
    public override Type Type => typeof(T);

    /// <summary>Runs no constructor, so that a message can keep its <c>required</c> members for those who make one. The table
    /// says which fields must be there.</summary>
    public override object New() => RuntimeHelpers.GetUninitializedObject(typeof(T));

    public override void Fields(object message, ref Wire wire) => fields((T)message, ref wire);
}
