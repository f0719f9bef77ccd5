using System.Runtime.Versioning;
using ECommerce.Channels.Platform.Security;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Hosting;

[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
public sealed class PseudonymiserTests : IDisposable
{
    private const string ContractKey = "a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private readonly string folder = Directory.CreateTempSubdirectory("channels-key-").FullName;

    private string KeyFile => Path.Combine(folder, "secrets", "pseudonym.key");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("13812345678")]
    [InlineData("+8613812345678")]
    [InlineData("86 138 1234 5678")]
    [InlineData("0086-138-1234-5678")]
    [InlineData("１３８１２３４５６７８")]
    public void Of_TheContractsNumber_IsTheContractsPseudonym(string number) =>
        Assert.Equal("c_aboev8y2j05LmGmvzUYA8qvjt", new Pseudonymiser(NamedKey.Parse(ContractKey)).Of(number));

    [Theory]
    [InlineData("")]
    [InlineData("12812345678")]
    [InlineData("138123456789")]
    [InlineData("c_aboev8y2j05LmGmvzUYA8qvjt")]
    [InlineData("张三")]
    public void Of_NoNumber_IsNull(string text) => Assert.Null(new Pseudonymiser(NamedKey.Parse(ContractKey)).Of(text));

    [Fact]
    public void Of_AnotherKey_IsAnotherPseudonym()
    {
        var other = NamedKey.Parse("b:" + Convert.ToBase64String(new byte[32]));
        var pseudonym = new Pseudonymiser(other).Of("13812345678");
        Assert.StartsWith("c_b", pseudonym, StringComparison.Ordinal);
        Assert.Equal(Pseudonymiser.Length, pseudonym!.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a:")]
    [InlineData("a:AAEC")]
    [InlineData("aa:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    [InlineData("-:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    [InlineData("a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIj")]
    public void Parse_NoKey_IsRefusedWithoutRepeatingIt(string line)
    {
        var refused = Assert.Throws<FormatException>(() => NamedKey.Parse(line));
        Assert.DoesNotContain("AAEC", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EnsureFile_Made_IsForItsOwnerAloneAndStays()
    {
        NamedKey.EnsureFile(KeyFile);
        var first = File.ReadAllText(KeyFile);
        NamedKey.EnsureFile(KeyFile);
        Assert.Equal(first, File.ReadAllText(KeyFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        Assert.Equal('a', NamedKey.Read(KeyFile).Single().Name);
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(KeyFile)!));
    }

    [Fact]
    public void EnsureFile_ManyAtOnce_MakeOneKey()
    {
        Parallel.For(0, 32, _ => NamedKey.EnsureFile(KeyFile));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(KeyFile)!));
        Assert.Single(NamedKey.Read(KeyFile));
    }

    [Fact]
    public void Read_SeveralKeys_GivesTheFirstFirst()
    {
        Write($"# second of 2026\nb:{Convert.ToBase64String(new byte[32])}\n\n{ContractKey}\n");
        Assert.Equal(['b', 'a'], NamedKey.Read(KeyFile).Select(key => key.Name));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void Read_OfAFileOpenToOthers_IsRefused(UnixFileMode open)
    {
        Write(ContractKey);
        File.SetUnixFileMode(KeyFile, File.GetUnixFileMode(KeyFile) | open);
        Assert.Throws<InvalidOperationException>(() => NamedKey.Read(KeyFile));
    }

    [Fact]
    public void Read_Nothing_IsRefusedByName()
    {
        Assert.Contains(KeyFile, Assert.Throws<InvalidOperationException>(() => NamedKey.Read(KeyFile)).Message, StringComparison.Ordinal);
        Write("# nothing\n");
        Assert.Throws<InvalidOperationException>(() => NamedKey.Read(KeyFile));
        Write($"{ContractKey}\n{ContractKey}\n");
        Assert.Throws<InvalidOperationException>(() => NamedKey.Read(KeyFile));
    }

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(KeyFile)!);
        File.WriteAllText(KeyFile, text);
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
