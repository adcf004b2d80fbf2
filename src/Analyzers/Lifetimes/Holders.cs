using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Offloop.Analyzers.Calls;

namespace Offloop.Analyzers.Lifetimes;

/// <summary>The variables or fields of one method or class that executors are made into, and those of them that something ends or takes
/// over. Thread-safe, because the compiler calls from several threads.</summary>
internal sealed class Holders(KnownTypes types)
{
    /// <summary>The operations to note.</summary>
    public static readonly ImmutableArray<OperationKind> Kinds =
        [OperationKind.ObjectCreation, OperationKind.LocalReference, OperationKind.FieldReference];

    private readonly Dictionary<ISymbol, (Location Place, string Type)> _made = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _settled = new(SymbolEqualityComparer.Default);
    private readonly List<(Location Place, string Type)> _dropped = [];

    public void NoteLocal(IOperation operation)
    {
        switch (operation)
        {
            case IObjectCreationOperation made when types.HoldsWorkers(made.Type):
                NoteMade(made, static target => target switch
                {
                    IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } declarator }
                        when !IsUsing(declarator) => local,
                    ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } => local,
                    _ => null,
                });
                if (Outer(made) is IInvocationOperation or IPropertyReferenceOperation or IExpressionStatementOperation
                    or ISimpleAssignmentOperation { Target: IDiscardOperation } && !Ends(made))
                    Add(_dropped, made);
                break;
            case ILocalReferenceOperation { Local: var local } use when IsExecutor(local.Type):
                NoteUse(local, use);
                break;
            default:
                break;
        }
    }

    public void NoteField(IOperation operation)
    {
        switch (operation)
        {
            case IObjectCreationOperation made when types.HoldsWorkers(made.Type):
                NoteMade(made, static target => target switch
                {
                    IFieldInitializerOperation { InitializedFields: { Length: 1 } fields }
                        when fields[0] is { IsStatic: false, DeclaredAccessibility: Accessibility.Private } field => field,
                    ISimpleAssignmentOperation
                    {
                        Target: IFieldReferenceOperation
                        {
                            Field: { IsStatic: false, DeclaredAccessibility: Accessibility.Private } field
                        }
                    } => field,
                    _ => null,
                });
                break;
            case IFieldReferenceOperation { Field: { IsStatic: false } field } use when IsExecutor(field.Type):
                NoteUse(field, use);
                break;
            default:
                break;
        }
    }

    /// <summary>Where executors are made that nobody ends, and their types. To be called after all operations were noted.</summary>
    public IReadOnlyList<(Location Place, string Type)> NeverDisposed()
    {
        lock (_made)
            return [.. _made.Where(one => !_settled.Contains(one.Key)).Select(static one => one.Value), .. _dropped];
    }

    private void NoteMade(IObjectCreationOperation made, Func<IOperation?, ISymbol?> holderOf)
    {
        if (holderOf(Outer(made)) is not { } holder || !IsExecutor((holder as ILocalSymbol)?.Type ?? ((IFieldSymbol)holder).Type))
            return;
        lock (_made)
            _made[holder] = (made.Syntax.GetLocation(), made.Type!.Name);
    }

    private void Add(List<(Location Place, string Type)> list, IObjectCreationOperation made)
    {
        lock (_made)
            list.Add((made.Syntax.GetLocation(), made.Type!.Name));
    }

    /// <summary>Any use but a call of a member that does not end the executor settles who ends it.</summary>
    private void NoteUse(ISymbol holder, IOperation use)
    {
        if (use.Parent is IAssignmentOperation { Target: var target } && target == use)
            return;
        bool isCall = use.Parent is IInvocationOperation { Instance: var receiver } && receiver == use
            || use.Parent is IPropertyReferenceOperation { Instance: var owner } && owner == use
            || use.Parent is IEventReferenceOperation
            || use.Parent is IConditionalAccessOperation;
        if (isCall && !Ends(use))
            return;
        lock (_made)
            _settled.Add(holder);
    }

    /// <summary>Whether the executor is disposed or shut down right there.</summary>
    private static bool Ends(IOperation receiver) => receiver.Parent switch
    {
        IInvocationOperation { TargetMethod.Name: var name } => name is "DisposeAsync" or "ShutdownAsync" or "ConfigureAwait",
        IConditionalAccessOperation { WhenNotNull: var access } => access.DescendantsAndSelf()
            .OfType<IInvocationOperation>()
            .Any(static call => call.TargetMethod.Name is "DisposeAsync" or "ShutdownAsync"),
        _ => false,
    };

    private static IOperation? Outer(IOperation operation)
    {
        IOperation? outer = operation.Parent;
        while (outer is IConversionOperation or IParenthesizedOperation)
            outer = outer.Parent;
        return outer;
    }

    private static bool IsUsing(IVariableDeclaratorOperation declarator)
    {
        for (IOperation? outer = declarator.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is IUsingOperation or IUsingDeclarationOperation)
                return true;
            if (outer is IBlockOperation)
                return false;
        }
        return false;
    }

    private bool IsExecutor(ITypeSymbol? type) => types.HoldsWorkers(type) || SymbolIsExecutor(type);

    private static bool SymbolIsExecutor(ITypeSymbol? type) =>
        type is { Name: "Executor" or "IAsyncDisposable", ContainingNamespace.Name: "Offloop" or "System" };
}
