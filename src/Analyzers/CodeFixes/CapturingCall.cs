using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Offloop.Analyzers.Calls;
using Offloop.Analyzers.Payloads;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Offloop.CodeFixes;

/// <summary>A call whose lambda captures variables that can be passed instead.</summary>
internal sealed class CapturingCall
{
    private static readonly string[] s_names = ["args", "values", "passed"];

    private readonly LambdaExpressionSyntax _lambda;
    private readonly SemanticModel _model;
    private readonly IReadOnlyList<ISymbol> _captured;
    private readonly IParameterSymbol? _argument;
    private readonly bool _isMap;

    private CapturingCall(
        InvocationExpressionSyntax invocation, LambdaExpressionSyntax lambda, SemanticModel model, Captures captures, IMethodSymbol method)
    {
        Invocation = invocation;
        _lambda = lambda;
        _model = model;
        _captured = captures.Variables;
        _isMap = method.Name == "MapAsync";
        bool hasArgument = _isMap || method.Parameters.Any(static parameter => parameter.Name == "argument");
        _argument = hasArgument ? ((IMethodSymbol)model.GetSymbolInfo(lambda).Symbol!).Parameters[0] : null;
    }

    public InvocationExpressionSyntax Invocation { get; }

    private ExpressionSyntax? OldArgument => _argument is null ? null : Invocation.ArgumentList.Arguments[1].Expression;

    /// <summary>Returns null if no rewriting is sure to mean the same.</summary>
    public static CapturingCall? Of(LambdaExpressionSyntax lambda, SemanticModel model, CancellationToken cancellationToken)
    {
        if (lambda.Parent?.Parent?.Parent is not InvocationExpressionSyntax invocation
            || invocation.ArgumentList.Arguments.FirstOrDefault() is not { NameColon: null, Expression: var first }
            || first != lambda
            || invocation.Expression is GenericNameSyntax or MemberAccessExpressionSyntax { Name: GenericNameSyntax }
            || model.GetOperation(invocation, cancellationToken) is not IInvocationOperation { TargetMethod: var method }
            || model.GetOperation(lambda, cancellationToken) is not IAnonymousFunctionOperation function
            || invocation.ArgumentList.Arguments.Skip(1).Take(1).Any(static argument => argument.NameColon is not null
                && argument.NameColon.Name.Identifier.Text is "argument" or "source"))
            return null;
        Captures captures = Captures.Of(function);
        if (captures.This is not null || captures.Variables.Count == 0)
            return null;
        DataFlowAnalysis? flow = model.AnalyzeDataFlow(lambda);
        bool canTravel = captures.Variables.All(variable =>
            flow is { Succeeded: true }
            && !flow.WrittenInside.Contains(variable, SymbolEqualityComparer.Default)
            && SymbolContract.Examine(Captures.TypeOf(variable), model.Compilation, cancellationToken) is null);
        bool followsLocals = function.Body.Descendants().OfType<IInvocationOperation>()
            .Any(static call => call.TargetMethod is { MethodKind: MethodKind.LocalFunction, IsStatic: false });
        return canTravel && !followsLocals ? new CapturingCall(invocation, lambda, model, captures, method) : null;
    }

    public InvocationExpressionSyntax Rewritten()
    {
        bool isOne = _argument is null && _captured.Count == 1;
        string name = isOne ? _captured[0].Name : FreeName();
        LambdaExpressionSyntax work = Lambda(name, isOne ? _lambda.Body : (CSharpSyntaxNode)new Renamer(this, name).Visit(_lambda.Body));
        List<ArgumentSyntax> arguments = [Invocation.ArgumentList.Arguments[0].WithExpression(work), Argument(Values(isOne))];
        arguments.AddRange(Invocation.ArgumentList.Arguments.Skip(_argument is null ? 1 : 2));
        return Invocation.WithArgumentList(Invocation.ArgumentList.WithArguments(SeparatedList(arguments)))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    private LambdaExpressionSyntax Lambda(string name, CSharpSyntaxNode body)
    {
        ParameterSyntax[] old = _lambda switch
        {
            ParenthesizedLambdaExpressionSyntax lambda => [.. lambda.ParameterList.Parameters],
            SimpleLambdaExpressionSyntax simple => [simple.Parameter],
            _ => [],
        };
        ParameterSyntax parameter = Parameter(Identifier(name));
        if (old.Any(static one => one.Type is not null))
            parameter = parameter.WithType(ParseTypeName($"({string.Join(", ", Types())})"));
        ParameterSyntax[] parameters = [parameter, .. old.Skip(_argument is null ? 0 : 1)];
        SyntaxTokenList modifiers = _lambda.Modifiers.Insert(0, Token(SyntaxKind.StaticKeyword));
        BlockSyntax? block = body as BlockSyntax;
        ExpressionSyntax? expression = body as ExpressionSyntax;
        LambdaExpressionSyntax made = parameters.Length == 1 && parameter.Type is null
            ? SimpleLambdaExpression(default, modifiers, parameter, block, expression)
            : ParenthesizedLambdaExpression(default, modifiers, null, ParameterList(SeparatedList(parameters)), block, expression);
        return made.NormalizeArrow();
    }

    private IEnumerable<string> Types() => (_argument is null ? _captured : [_argument, .. _captured])
        .Select(variable => $"{Captures.TypeOf(variable).ToMinimalDisplayString(_model, _lambda.SpanStart)} {variable.Name}");

    /// <summary>What is passed: the one value, a tuple, or for a map a tuple for each item.</summary>
    private ExpressionSyntax Values(bool isOne)
    {
        if (isOne)
            return IdentifierName(_captured[0].Name);
        IEnumerable<ArgumentSyntax> captured = _captured.Select(static variable => Argument(IdentifierName(variable.Name)));
        if (_argument is null)
            return TupleExpression(SeparatedList(captured));
        ExpressionSyntax item = _isMap ? IdentifierName(_argument.Name) : OldArgument!.WithoutTrivia();
        ArgumentSyntax first = item is IdentifierNameSyntax { Identifier.Text: var text } && text == _argument.Name
            ? Argument(item)
            : Argument(NameColon(_argument.Name), default, item);
        TupleExpressionSyntax tuple = TupleExpression(SeparatedList([first, .. captured]));
        if (!_isMap)
            return tuple;
        ExpressionSyntax source = OldArgument!.WithoutTrivia();
        if (source is not (IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax))
            source = ParenthesizedExpression(source);
        LambdaExpressionSyntax pairing = SimpleLambdaExpression(Parameter(Identifier(_argument.Name)), tuple).NormalizeArrow();
        return InvocationExpression(
            MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, source, IdentifierName("Select")),
            ArgumentList(SingletonSeparatedList(Argument(pairing))));
    }

    private string FreeName()
    {
        HashSet<string> used = [.. _lambda.DescendantTokens().Select(static token => token.ValueText)];
        return Array.Find(s_names, name => !used.Contains(name)) ?? "args_";
    }

    /// <summary>Reads a captured variable, or the old argument, from the tuple.</summary>
    private sealed class Renamer(CapturingCall call, string name) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitIdentifierName(IdentifierNameSyntax node) =>
            call._model.GetSymbolInfo(node).Symbol is { } symbol
            && (SymbolEqualityComparer.Default.Equals(symbol, call._argument)
                || call._captured.Contains(symbol, SymbolEqualityComparer.Default))
                ? MemberAccessExpression(
                    SyntaxKind.SimpleMemberAccessExpression, IdentifierName(name), IdentifierName(node.Identifier.Text))
                    .WithTriviaFrom(node)
                : node;
    }
}
