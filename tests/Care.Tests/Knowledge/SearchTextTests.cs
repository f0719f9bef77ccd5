using CsCheck;
using ECommerce.Channels.Care.Knowledge;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Knowledge;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("话费余额", "话费 费余 余额 额")]
    [InlineData("5G套餐", "5g 套餐 餐")]
    [InlineData("５Ｇ套餐，ＶｏＬＴＥ！", "5g 套餐 餐 volt")]
    [InlineData("卡", "卡")]
    [InlineData("Text YE to 10086.", "text ye to 10086")]
    [InlineData("Roaming plans", "roam plan")]
    [InlineData("😀 a\tb", "a b")]
    [InlineData("…—!", "")]
    public void Tokens_OfAText_ArePairsOfChineseAndStemsOfTheRest(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', SearchText.Tokens(text).Select(token => token.Text)));

    [Theory]
    [InlineData("charge charges charged charging")]
    [InlineData("bill bills billed billing")]
    [InlineData("invoice invoices")]
    [InlineData("company companies")]
    [InlineData("top topped topping")]
    [InlineData("call calls called calling")]
    [InlineData("port ports ported porting")]
    public void Stem_OfAWordsForms_IsTheSame(string forms) => Assert.Single(forms.Split(' ').Select(SearchText.Stem).Distinct());

    [Theory]
    [InlineData("sim")]
    [InlineData("status")]
    [InlineData("speed")]
    [InlineData("5gs")]
    public void Stem_OfWhatHasNoEnding_IsTheWord(string word) => Assert.Equal(word, SearchText.Stem(word));

    [Fact]
    public void Vector_OfAnArticle_WeighsTitleTagsAndBody() => Assert.Equal(
        "'补卡':1A,5 '卡':2A,6 'sim':3B,4",
        SearchText.Vector(new ArticleContent("补卡", "SIM 补卡", ["sim"], null, null, Article.ForCustomers)));

    [Theory]
    [InlineData("请问我的话费余额怎么查？", "'话费' & '费余' & '余额'")]
    [InlineData("5G套餐", "'5g' & '套餐'")]
    [InlineData("How do I get a new SIM?", "'new':* & 'sim':*")]
    [InlineData("Roaming roam", "'roam':*")]
    [InlineData("卡", "'卡':*")]
    [InlineData("SIM卡", "'sim':* & '卡':*")]
    [InlineData("补卡在哪里办", "'补卡' & '卡在'")]
    [InlineData("在哪里办", "'在':* & '办':*")]
    [InlineData("怎么", "'怎么'")]
    [InlineData("how", "'how':*")]
    [InlineData("'; DROP TABLE articles; -- \\", "'drop':* & 'tabl':* & 'articl':*")]
    [InlineData("？！", "")]
    public void Question_AsItWasAsked_IsTheTermsThatSayIt(string text, string expected) => Assert.Equal(expected, SearchQuestion.Of(text).All);

    [Fact]
    public void Question_OfAnyText_FindsThatText() => Gen.String[Gen.Char["话费余额套餐卡aBcs5 ,的我１Ａ"], 1, 40].Sample(text =>
    {
        var question = SearchQuestion.Of(text);
        var tokens = SearchText.Tokens(text).ToList();
        Assert.All(question.Terms, term => Assert.Contains(tokens, token => term.Finds(token)));
        Assert.Equal(tokens.Count == 0, question.Terms.Count == 0);
    });

    [Theory]
    [InlineData("# 方法\n\n1. **App**：登录", "方法 1. App：登录")]
    [InlineData("见[资费表](https://example.com/a_b)和![图](x.png)。", "见资费表和图。")]
    [InlineData("| 方式 | 时间 |\n|---|---|\n| App | 即时 |", "方式 时间 App 即时")]
    [InlineData("- one\n* two\n> three `YE`", "one two three YE")]
    [InlineData("[[[[(((", "[[[[(((")]
    public void Plain_OfMarkdown_IsWhatAReaderSees(string markdown, string expected) => Assert.Equal(expected, Snippet.Plain(markdown));

    [Fact]
    public void Snippet_OfALongText_IsRoundTheFirstHit()
    {
        var text = new string('前', 300) + "国际漫游" + new string('后', 300);
        var snippet = Snippet.Of(text, SearchQuestion.Of("漫游"));
        Assert.Equal("…" + new string('前', 28) + "国际漫游" + new string('后', 88) + "…", snippet);
        Assert.Equal(new string('前', 120) + "…", Snippet.Of(text, SearchQuestion.Of("补卡")));
        Assert.Equal("Short text.", Snippet.Of("Short *text*.", SearchQuestion.Of("text")));
    }

    [Fact]
    public void Snippet_OfAnyText_CutsNoCharacterAndNoMoreThanItShould() => Gen.String[Gen.Char["前国漫游a bc😀\n*[]()"], 0, 400].Sample(text =>
    {
        var snippet = Snippet.Of(text, SearchQuestion.Of("漫游"));
        Assert.True(snippet.Length <= 122, snippet);
        Assert.Equal(Snippet.Plain(text).Length <= 120 ? Snippet.Plain(text) : snippet, snippet);
    });
}
