using ECommerce.Channels.Care.Knowledge;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Knowledge;

public sealed class ArticleRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly ArticleContent First = new("Balance", "Text YE.", ["credit"], null, null, Article.ForCustomers);
    private static readonly ArticleContent Second = First with { Body = "Text YE to 10086." };

    // What may be done in which status, of a version that lin wrote and chen submitted.
    [Theory]
    [InlineData("draft", "draft submit archive")]
    [InlineData("submitted", "draft approve reject archive")]
    [InlineData("approved", "draft archive")]
    [InlineData("rejected", "draft archive")]
    [InlineData("archived", "restore")]
    public void Step_InEachStatus_IsAllowedOrNot(string status, string allowed)
    {
        (string Name, ArticleStep Step)[] steps =
        [
            ("draft", ArticleRules.Draft(Second)), ("submit", ArticleRules.Submit()), ("approve", ArticleRules.Approve()), ("reject", ArticleRules.Reject()),
            ("archive", ArticleRules.Archive()), ("restore", ArticleRules.Restore()),
        ];
        var before = status == Article.Archived ? Sample(Article.Submitted) with { IsArchived = true } : Sample(status);
        foreach (var (name, step) in steps)
        {
            var (after, refused) = step(before, "user:wang", Now);
            Assert.Equal((name, allowed.Split(' ').Contains(name)), (name, after is not null));
            if (refused is not null) Assert.Equal("The article's status does not allow this", refused.Title.English);
        }
    }

    [Theory]
    [InlineData("user:lin")]
    [InlineData("user:chen")]
    public void Approve_ByItsAuthorOrSubmitter_IsRefusedInBothLanguages(string by)
    {
        var (after, refused) = ArticleRules.Approve()(Sample(Article.Submitted), by, Now);
        Assert.Null(after);
        Assert.Equal((409, "须由作者和提交人以外的人批准", "Somebody other than its author and its submitter has to approve it"), (refused!.StatusCode, refused.Title.Chinese, refused.Title.English));
    }

    [Fact]
    public void Approve_ByAThirdPerson_PublishesTheLastVersion()
    {
        var (after, _) = ArticleRules.Approve()(Sample(Article.Submitted) with { Published = 1 }, "user:wang", Now);
        Assert.Equal((Article.Approved, 3), (after!.Status, after.Published));
    }

    [Fact]
    public void Reject_WhileAnotherIsPublished_LeavesThatToReaders()
    {
        var (after, _) = ArticleRules.Reject()(Sample(Article.Submitted) with { Published = 1 }, "user:wang", Now);
        Assert.Equal((Article.Rejected, 1), (after!.Status, after.Published));
    }

    [Theory]
    [InlineData("draft", false)]
    [InlineData("submitted", false)]
    [InlineData("approved", false)]
    [InlineData("rejected", true)]
    public void Draft_ThatSaysTheSame_IsAnotherVersionOnlyOfWhatWasRejected(string status, bool isAnother)
    {
        var before = Sample(status);
        var (after, _) = ArticleRules.Draft(First with { Tags = ["credit"] })(before, "user:wang", Now);
        Assert.Equal(isAnother, !ReferenceEquals(before, after));
        Assert.Equal(isAnother ? (4, Article.Draft, null) : (3, status, before.SubmittedBy), (after!.Latest.Number, after.Status, after.SubmittedBy));
    }

    [Fact]
    public void Draft_OverWhatWasSubmitted_HasToBeSubmittedAgainByItsOwnAuthor()
    {
        var (after, _) = ArticleRules.Draft(Second)(Sample(Article.Submitted), "user:wang", Now);
        Assert.Equal(new ArticleVersion(4, Second, "user:wang", Now, null), after!.Latest);
        Assert.Equal((Article.Draft, null), (after.Status, after.SubmittedBy));
        Assert.NotNull(ArticleRules.Approve()(after, "user:lin", Now).Refused);
    }

    [Fact]
    public void Revert_ToAnOlderVersion_IsADraftOfWhoeverReverts()
    {
        var older = new ArticleVersion(1, Second, "user:old", Now.AddDays(-9), null);
        var (after, _) = ArticleRules.Revert(older)(Sample(Article.Approved), "user:wang", Now);
        Assert.Equal(new ArticleVersion(4, Second, "user:wang", Now, 1), after!.Latest);
        Assert.NotNull(ArticleRules.Revert(older with { Number = 3 })(Sample(Article.Approved), "user:wang", Now).Refused);
        Assert.NotNull(ArticleRules.Revert(older)(Sample(Article.Approved) with { IsArchived = true }, "user:wang", Now).Refused);
    }

    private static Article Sample(string status) => new(
        "a_1", "en", null, new ArticleVersion(3, First, "user:lin", Now.AddDays(-1), null), status, status == Article.Draft ? null : "user:chen",
        status == Article.Approved ? 3 : null, false, "user:lin", Now.AddDays(-2), Now.AddDays(-1), 5);
}
