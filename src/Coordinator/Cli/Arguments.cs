namespace Offloop.Coordinator.Cli;

/// <summary>The words after a verb, checked one by one. This is what CommandLineParser cannot do: it keeps the last of two values of an
/// option without a word, ignores an option whose value is missing, and lets a repeatable option swallow the word after its value. It gets
/// the words in a form that leaves it no choice.</summary>
internal sealed class Arguments
{
    private readonly VerbShape _verb;
    private readonly Dictionary<OptionShape, List<string>> _given = [];
    private readonly List<string> _operands = [];

    /// <exception cref="UsageException">The words cannot be understood.</exception>
    public Arguments(VerbShape verb, IReadOnlyList<string> words)
    {
        _verb = verb;
        int at = 0;
        bool sawOption = false;
        while (at < words.Count)
        {
            string word = words[at++];
            if (word == "--")
            {
                _operands.AddRange(words.Skip(at));
                break;
            }
            if (word is ['-', _, ..])
            {
                TakeOption(word, words, ref at);
                sawOption = true;
            }
            else
            {
                RequireFirst(word, sawOption);
                _operands.Add(word);
            }
        }
        CheckOperands();
    }

    public bool Has(OptionShape option) => _given.ContainsKey(option);

    /// <summary>The texts that were given for an option.</summary>
    public IReadOnlyList<string> Of(OptionShape option) => _given.GetValueOrDefault(option) ?? [];

    /// <summary>Adds an option from elsewhere, unless the command line has it.</summary>
    /// <param name="option">The option.</param>
    /// <param name="texts">Its values.</param>
    /// <param name="source">Where it comes from, for the sentence about a bad value.</param>
    /// <exception cref="UsageException">A value is not accepted.</exception>
    public void AddAbsent(OptionShape option, IReadOnlyList<string> texts, string source)
    {
        if (Has(option))
            return;
        foreach (string text in texts)
            Check(option, source, option.IsFlag ? text.ToLowerInvariant() : text);
        CheckCount(option, source, texts);
        _given[option] = [.. texts];
    }

    /// <summary>The words as CommandLineParser understands them in one way only. A value stands apart from its name where it can: for one
    /// behind an equals sign the parser would load the regular expressions, and it would not understand every one.</summary>
    public string[] ToCanonical()
    {
        List<string> words = [];
        foreach ((OptionShape option, List<string> texts) in _given)
        {
            foreach (string text in texts)
            {
                if (option.IsFlag && !bool.Parse(text))
                    continue;
                if (option.IsFlag)
                    words.Add($"{option}");
                else if (text.StartsWith('-'))
                    words.Add($"{option}={text}");
                else
                    words.AddRange([$"{option}", text]);
            }
        }
        return [.. words, "--", .. _operands];
    }

    private void TakeOption(string word, IReadOnlyList<string> words, ref int at)
    {
        string[] parts = word.Split('=', 2);
        OptionShape option = _verb.Options.FirstOrDefault(option => $"{option}" == parts[0]) ?? throw Unknown(parts[0]);
        string? text = parts.Length > 1 ? parts[1] : option.IsFlag ? "true" : null;
        if (text is null && at < words.Count && !words[at].StartsWith("--", StringComparison.Ordinal))
            text = words[at++];
        text ??= option.Alone;
        if (text is null || (text.Length == 0 && parts.Length > 1))
            throw new UsageException($"{option}", $"the value is missing; expected {option.Rule.Accepted}");
        Check(option, $"{option}", text);
        if (!_given.TryGetValue(option, out List<string>? texts))
            _given[option] = texts = [];
        texts.Add(text);
        CheckCount(option, $"{option}", texts);
    }

    private static void Check(OptionShape option, string source, string text)
    {
        if (!option.Rule.Accepts(text))
            throw new UsageException($"{source} {(text.Length == 0 ? "\"\"" : text)}", $"expected {option.Rule.Accepted}");
    }

    private static void CheckCount(OptionShape option, string source, IReadOnlyList<string> texts)
    {
        if (option.IsRepeatable || texts.Count < 2)
            return;
        throw option.IsFlag
            ? new UsageException(source, "expected the option once")
            : new UsageException(
                $"{source} {string.Join(' ', texts)}", $"expected the option once, with one value: {option.Rule.Accepted}");
    }

    private UsageException Unknown(string word)
    {
        string? nearest = Words.Nearest(word, _verb.Options.Select(static option => $"{option}").Append("--help").Append("--version"));
        string hint = nearest is null ? "" : $" {nearest} is the nearest, and";
        return new UsageException(word, $"unknown option of {_verb.Name};{hint} coordinator {_verb.Name} --help lists all");
    }

    private void RequireFirst(string word, bool sawOption)
    {
        if (sawOption && _verb.Operand is { } operand)
            throw new UsageException(word, $"{operand.Placeholder} comes first: coordinator {_verb.Name} {operand.Placeholder} [options]");
    }

    private void CheckOperands()
    {
        string? surplus = _operands.Skip(_verb.Operand is null ? 0 : 1).FirstOrDefault();
        if (surplus is not null)
        {
            throw new UsageException(
                surplus, $"unexpected argument; an option takes one value, and coordinator {_verb.Name} --help lists them");
        }
        if (_verb.Operand is not { } operand)
            return;
        if (_operands.Count == 0)
            throw new UsageException(operand.Placeholder, $"it is missing; expected {operand.Rule.Accepted}");
        if (!operand.Rule.Accepts(_operands[0]))
            throw new UsageException(_operands[0], $"expected {operand.Rule.Accepted}");
    }
}
