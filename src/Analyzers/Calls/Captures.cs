using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Offloop.Analyzers.Payloads;
using Offloop.Invocation;

namespace Offloop.Analyzers.Calls;

/// <summary>What a lambda or a local function uses of the method around it.</summary>
internal sealed class Captures
{
    private readonly List<ISymbol> _variables = [];
    private readonly HashSet<ISymbol> _followed = new(SymbolEqualityComparer.Default);

    private Captures()
    {
    }

    /// <summary>The variables and parameters, in the order of their first use.</summary>
    public IReadOnlyList<ISymbol> Variables => _variables;

    /// <summary>The type of the object whose members it uses; null if it uses none.</summary>
    public ITypeSymbol? This { get; private set; }

    public bool Any => _variables.Count > 0 || This is not null;

    public static Captures Of(IAnonymousFunctionOperation lambda)
    {
        var captures = new Captures();
        captures.Follow(lambda.Symbol, lambda.Body);
        return captures;
    }

    public static Captures Of(IMethodSymbol localFunction, IOperation user)
    {
        var captures = new Captures();
        captures.FollowLocal(localFunction, user);
        return captures;
    }

    /// <summary>In the words of the executors.</summary>
    public string Describe()
    {
        IEnumerable<string> parts =
            _variables.Select(static variable => WorkTexts.Variable(variable.Name, SymbolNames.Of(TypeOf(variable))));
        return string.Join(", ", This is null ? parts : [.. parts, WorkTexts.This(SymbolNames.Of(This))]);
    }

    public static ITypeSymbol TypeOf(ISymbol variable) => variable is ILocalSymbol local ? local.Type : ((IParameterSymbol)variable).Type;

    private void Follow(IMethodSymbol function, IOperation body)
    {
        if (!_followed.Add(function))
            return;
        foreach (IOperation operation in body.DescendantsAndSelf())
        {
            switch (operation)
            {
                case not null when IsNamedOnly(operation):
                    break;
                case ILocalReferenceOperation { Local: { HasConstantValue: false, IsStatic: false } local }:
                    Note(local, function);
                    break;
                case IParameterReferenceOperation { Parameter: var parameter }:
                    Note(parameter, function);
                    break;
                case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance, Type: { } type }:
                    This ??= type;
                    break;
                case IInvocationOperation { TargetMethod: { MethodKind: MethodKind.LocalFunction } called }:
                    FollowLocal(called, operation);
                    break;
                case IMethodReferenceOperation { Method: { MethodKind: MethodKind.LocalFunction } named }:
                    FollowLocal(named, operation);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Whether it stands in nameof, which uses no value.</summary>
    private static bool IsNamedOnly(IOperation operation)
    {
        IOperation? outer = operation.Parent;
        while (outer is IMemberReferenceOperation)
            outer = outer.Parent;
        return outer is INameOfOperation;
    }

    private void FollowLocal(IMethodSymbol function, IOperation user)
    {
        IMethodSymbol definition = function.OriginalDefinition;
        if (definition.IsStatic || user.SemanticModel is not { } model)
            return;
        foreach (SyntaxReference reference in definition.DeclaringSyntaxReferences)
        {
            if (reference.SyntaxTree == model.SyntaxTree && model.GetOperation(reference.GetSyntax()) is ILocalFunctionOperation declared)
            {
                foreach (IBlockOperation? body in new[] { declared.Body, declared.IgnoredBody })
                {
                    if (body is not null)
                        Follow(definition, body);
                }
            }
        }
    }

    /// <summary>A variable of the function itself, or of a function in it, is none that it captures.</summary>
    private void Note(ISymbol variable, IMethodSymbol function)
    {
        for (ISymbol? around = variable.ContainingSymbol; around is not null; around = around.ContainingSymbol)
        {
            if (SymbolEqualityComparer.Default.Equals(around, function) || _followed.Contains(around))
                return;
        }
        if (!_variables.Contains(variable, SymbolEqualityComparer.Default))
            _variables.Add(variable);
    }
}
