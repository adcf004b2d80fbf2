using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Offloop.Payloads;

/// <summary>Which instance fields some methods read and write, as their code says (ECMA-335, partition III).</summary>
internal sealed class FieldUse
{
    private static readonly Dictionary<short, OpCode> s_codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!)
        .ToDictionary(static code => code.Value);

    private readonly HashSet<(Module, int)> _reads = [];
    private readonly HashSet<(Module, int)> _writes = [];
    private readonly HashSet<(Module, int)> _arguments = [];
    private readonly HashSet<(Module, int)> _addresses = [];
    private readonly HashSet<(Module, int)> _followed = [];

    /// <summary>Whether a type comes with .NET: what its fields mean is its own affair.</summary>
    public static bool IsOfFramework(Type type) =>
        type.Assembly == typeof(object).Assembly
        || type.Assembly.GetName().Name is { } name
            && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal));

    /// <summary>Whether the value of the field is loaded, or its address, through which methods of a struct are called.</summary>
    public bool Reads(FieldInfo field) => _reads.Contains(KeyOf(field)) || _addresses.Contains(KeyOf(field));

    public bool Writes(FieldInfo field) => _writes.Contains(KeyOf(field));

    /// <summary>Whether an argument is written to the field as it is.</summary>
    public bool WritesArgument(FieldInfo field) => _arguments.Contains(KeyOf(field));

    /// <summary>Whether the field is written, or given away by reference.</summary>
    public bool MayWrite(FieldInfo field) => Writes(field) || (!field.IsInitOnly && _addresses.Contains(KeyOf(field)));

    /// <summary>Adds what a method does.</summary>
    public void Add(MethodBase method) => Scan(method, followed: false);

    /// <summary>Adds what a method does, and the methods of its own type that it calls.</summary>
    public void Follow(MethodBase method)
    {
        if (!_followed.Add((method.Module, method.MetadataToken)))
            return;
        Scan(method, followed: true);
        // The code of an asynchronous method or an iterator is in a class of its own.
        if (method.GetCustomAttribute<StateMachineAttribute>(inherit: false)?.StateMachineType.GetMethod(
                "MoveNext", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) is { } body)
            Follow(body);
    }

    private static (Module, int) KeyOf(FieldInfo field) => (field.Module, field.MetadataToken);

    private void Scan(MethodBase method, bool followed)
    {
        ReadOnlySpan<byte> code = method.GetMethodBody()?.GetILAsByteArray();
        OpCode before = OpCodes.Nop;
        while (!code.IsEmpty)
        {
            bool isLong = code[0] == 0xFE;
            OpCode operation = s_codes[isLong ? (short)(0xFE00 | code[1]) : code[0]];
            code = code[(isLong ? 2 : 1)..];
            if (operation.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok)
                Note(method, before, operation, BinaryPrimitives.ReadInt32LittleEndian(code), followed);
            before = operation;
            code = code[LengthOf(operation.OperandType, code)..];
        }
    }

    private void Note(MethodBase method, OpCode before, OpCode operation, int token, bool followed)
    {
        Type[]? ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        Type[]? ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        if (operation == OpCodes.Ldfld || operation == OpCodes.Ldflda || operation == OpCodes.Stfld)
        {
            HashSet<(Module, int)> use = operation == OpCodes.Stfld ? _writes : operation == OpCodes.Ldfld ? _reads : _addresses;
            (Module, int) key = KeyOf(method.Module.ResolveField(token, ofType, ofMethod)!);
            use.Add(key);
            if (use == _writes && IsArgument(before))
                _arguments.Add(key);
        }
        else if (followed && operation.OperandType == OperandType.InlineMethod)
        {
            MethodBase called = method.Module.ResolveMethod(token, ofType, ofMethod)!;
            if (called.DeclaringType is { } declaring && !IsOfFramework(declaring)
                && (declaring.IsAssignableFrom(method.DeclaringType) || declaring == method.DeclaringType.DeclaringType))
                Follow(called);
        }
    }

    private static bool IsArgument(OpCode operation) =>
        operation == OpCodes.Ldarg_1 || operation == OpCodes.Ldarg_2 || operation == OpCodes.Ldarg_3
        || operation == OpCodes.Ldarg_S || operation == OpCodes.Ldarg;

    private static int LengthOf(OperandType operand, ReadOnlySpan<byte> code) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BinaryPrimitives.ReadInt32LittleEndian(code),
        _ => 4,
    };
}
