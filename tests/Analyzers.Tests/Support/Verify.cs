using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Offloop.Tests.Support;

/// <summary>Runs one analyzer over a method of a program with an executor, in which {|OFFLOOP101:…|} marks what it has to report.</summary>
internal static class Verify
{
    /// <summary>Each row is the body of a method, with one mark, and words of what the analyzer says there.</summary>
    public static async Task ReportsAsync<TAnalyzer>((string Body, string Words)[] rows, string members = "")
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var test = new Test<TAnalyzer, EmptyCodeFixProvider> { TestCode = Program([.. rows.Select(static row => row.Body)], members) };
        await test.RunAsync(TestContext.Current.CancellationToken); // compares places and rules
        Assert.Equal(rows.Length, test.Messages.Count);
        Assert.All(rows.Zip(test.Messages), static row => Assert.Contains(row.First.Words, row.Second, StringComparison.Ordinal));
    }

    /// <summary>The bodies of methods in which the analyzer finds nothing.</summary>
    public static Task IsSilentAsync<TAnalyzer>(string[] bodies, string members = "")
        where TAnalyzer : DiagnosticAnalyzer, new() =>
        new Test<TAnalyzer, EmptyCodeFixProvider> { TestCode = Program(bodies, members) }.RunAsync(TestContext.Current.CancellationToken);

    /// <summary>Applies the fix to each marked place, and compares what it made. There must be none where both are equal.</summary>
    public static Task FixesAsync<TAnalyzer, TFix>((string Body, string Fixed)[] rows, string members = "", string? fixedMembers = null)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new() =>
        new Test<TAnalyzer, TFix>
        {
            TestCode = Program([.. rows.Select(static row => row.Body)], members),
            FixedCode = Program([.. rows.Select(static row => row.Fixed)], fixedMembers ?? members),
        }.RunAsync(TestContext.Current.CancellationToken);

    private static string Program(string[] bodies, string members) =>
        $$"""
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;
        using Offloop;

        public class Program
        {
        {{string.Join('\n', bodies.Select(Method))}}
        {{Indented(members, 4)}}
            public static int Twice(int value) => 2 * value;
            public static string Join(int value, string text) => value + text;
        }
        """;

    private static string Method(string body, int index) =>
        $$"""
            public async Task Run{{index}}Async(Executor executor, int number, string text)
            {
        {{Indented(body, 8)}}
                await Task.Yield();
            }
        """;

    private static string Indented(string code, int columns) =>
        string.Join('\n', code.Split('\n').Select(line => line.Length == 0 ? line : new string(' ', columns) + line));

    private sealed class Test<TAnalyzer, TFix> : CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        public Test()
        {
            ReferenceAssemblies = new ReferenceAssemblies("net10.0"); // none of a package: those of this process
            TestState.AdditionalReferences.AddRange(Sources.References);
            CodeFixTestBehaviors = CodeFixTestBehaviors.SkipFixAllInProjectCheck | CodeFixTestBehaviors.SkipFixAllInSolutionCheck;
            DiagnosticVerifier = (diagnostic, _, _) => Messages.Add(diagnostic.GetMessage(formatProvider: null));
        }

        public List<string> Messages { get; } = [];

        protected override ParseOptions CreateParseOptions() => Sources.Parsing;

        protected override CompilationOptions CreateCompilationOptions() =>
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
    }
}
