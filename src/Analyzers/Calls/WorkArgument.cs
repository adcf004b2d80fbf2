using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Offloop.Analyzers.Calls;

/// <summary>Finds the delegate of a call.</summary>
internal static class WorkArgument
{
    /// <summary>Returns the delegate that a call submits, or null.</summary>
    public static IOperation? Of(IInvocationOperation call)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.Name == "work")
                return Unwrapped(argument.Value);
        }
        return null;
    }

    /// <summary>The lambda or the method group, without what makes a delegate of it; any other operation as it is.</summary>
    public static IOperation Unwrapped(IOperation value)
    {
        while (true)
        {
            switch (value)
            {
                case IConversionOperation conversion:
                    value = conversion.Operand;
                    break;
                case IDelegateCreationOperation creation:
                    value = creation.Target;
                    break;
                case IParenthesizedOperation parentheses:
                    value = parentheses.Operand;
                    break;
                default:
                    return value;
            }
        }
    }
}
