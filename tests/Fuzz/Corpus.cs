using System.Reflection;
using System.Text;

namespace Offloop.Fuzz;

/// <summary>The well-formed inputs that mutations start from: the files of <c>corpus/</c>, embedded in the assembly.</summary>
internal static class Corpus
{
    /// <summary>The inputs of a target, with the values filled in that differ between builds.</summary>
    public static byte[][] Of(string target)
    {
        var assembly = Assembly.GetExecutingAssembly();
        byte[][] inputs = [.. assembly.GetManifestResourceNames()
            .Select(static name => name.Replace('\\', '/'))
            .Where(name => name.StartsWith(target + "/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Fill(name, Read(assembly, name)))];
        return inputs.Length > 0 ? inputs : throw new InvalidOperationException($"There is no corpus for {target}.");
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name) ?? assembly.GetManifestResourceStream(name.Replace('/', '\\'))!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Fill(string name, byte[] input) => !name.EndsWith(".json", StringComparison.Ordinal)
        ? input
        : Encoding.UTF8.GetBytes(FuzzTask.Fill(Encoding.UTF8.GetString(input).Trim()));
}
