namespace Offloop.SampleTasks;

/// <summary>Tasks that throw, each another exception.</summary>
public static class Throwing
{
    public static void Invalid(string message) => throw new InvalidOperationException(message);

    public static void Timeout() => throw new TimeoutException("the task's own");

    public static void Cancelled() => throw new OperationCanceledException("the task's own");

    public static void Custom(int code) => throw new CustomException($"code {code}");

    public static void Deep()
    {
        try
        {
            Level2();
        }
        catch (InvalidOperationException error)
        {
            throw new CustomException("top", error);
        }
    }

    public static void Many() => throw new AggregateException(
        "several", new InvalidOperationException("first"), new CustomException("second", new FormatException("third")));

    public static void InStaticConstructor() => Unmakeable.Use();

    public static void WithoutMessageConstructor() => throw new CodeException(7);

    public static void WithUnreadableMessage() => throw new UnreadableException();

    public static void WithNullMessage() => throw new NullMessageException();

    /// <summary>Throws an exception of a type that no other process knows.</summary>
    public static void MadeAtRunTime()
    {
        var assembly = System.Reflection.Emit.AssemblyBuilder.DefineDynamicAssembly(
            new System.Reflection.AssemblyName("Offloop.MadeAtRunTime"), System.Reflection.Emit.AssemblyBuilderAccess.Run);
        Type type = assembly.DefineDynamicModule("main")
            .DefineType("Offloop.MadeAtRunTime.StrangeException", System.Reflection.TypeAttributes.Public, typeof(Exception)).CreateType();
        throw (Exception)Activator.CreateInstance(type)!;
    }

    public static Exception Returned() => new CustomException("a value", new FormatException("inside"));

    private static void Level2()
    {
        try
        {
            throw new FormatException("bottom");
        }
        catch (FormatException error)
        {
            throw new InvalidOperationException("middle", error);
        }
    }
}

public sealed class CustomException : Exception
{
    public CustomException(string message)
        : base(message)
    {
    }

    public CustomException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Cannot be created from a message.</summary>
public sealed class CodeException(int code) : Exception($"code {code}")
{
    public int Code { get; } = code;
}

public sealed class UnreadableException : Exception
{
    public override string Message => throw new InvalidOperationException("no message today");
}

public sealed class NullMessageException : Exception
{
    public override string Message => null!;
}

/// <summary>A type that cannot be initialised.</summary>
internal static class Unmakeable
{
    private static readonly int s_value = int.Parse("no number", System.Globalization.CultureInfo.InvariantCulture);

    public static int Use() => s_value;
}
